// The tree: branches fold and stay as they were left, the page at hand is in the middle, and a filter follows what is typed.
"use strict";
{
  const folded = () => JSON.parse(view.recall("folds") || "{}");

  function setFold(button, open) {
    button.setAttribute("aria-expanded", open);
    view.find(`#${button.getAttribute("aria-controls")}`).hidden = !open;
  }

  function restoreFolds() {
    const kept = folded(), key = view.find("#tree")?.dataset.space;
    for (const button of view.all("#tree .fold")) {
      const open = kept[`${key}/${button.closest("li").dataset.id}`], here = button.closest("li").querySelector("[aria-current]");
      if (open !== undefined && !(here && !open)) setFold(button, open);
    }
    filter();
  }

  view.on("click", "#tree .fold", (button) => {
    const open = button.getAttribute("aria-expanded") !== "true", kept = folded();
    setFold(button, open);
    kept[`${view.find("#tree").dataset.space}/${button.closest("li").dataset.id}`] = open;
    view.remember("folds", JSON.stringify(kept));
  });

  view.centreTree = () => {
    const tree = view.find("#tree"), here = tree && view.find("[aria-current]", tree);
    if (!here) return;
    const middle = here.getBoundingClientRect().top - tree.getBoundingClientRect().top + tree.scrollTop;
    tree.scrollTop = middle - tree.clientHeight / 2;
  };

  // Pages whose titles hold every word, and what leads to them.
  function filter() {
    const input = view.find("#filter"), tree = view.find("#tree .branches");
    if (!input || !tree) return;
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    const visit = (item) => {
      const title = view.find(":scope > div", item).textContent.toLowerCase(), hit = words.every((word) => title.includes(word));
      const below = view.all(":scope > ul > li", item).map(visit).some(Boolean);
      item.hidden = words.length > 0 && !hit && !below;
      item.classList.toggle("hit", words.length > 0 && hit);
      found += hit;
      return hit || below;
    };
    view.all(":scope > ul > li", tree).forEach(visit);
    tree.classList.toggle("filtering", words.length > 0);
    view.find("#filtered").textContent = words.length ? `${found} ${found === 1 ? "page" : "pages"}` : "";
  }

  view.on("input", "#filter", filter);
  view.on("keydown", "#filter", (input, event) => {
    if (event.key === "Enter") view.find("#tree .hit a")?.click();
    if (event.key === "Escape") { input.value = ""; filter(); }
  });
  view.shown.push(restoreFolds);
  document.addEventListener("DOMContentLoaded", view.centreTree);
}
