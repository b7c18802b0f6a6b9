// The page itself: copies of code and of the addresses of headings, and the list of headings beside it.
"use strict";
{
  // What is added here is taken out again before two texts are compared.
  view.clean = (within) => view.all(".added-by-script", within).forEach((element) => element.remove());

  function addButtons() {
    for (const block of view.all(".code")) {
      if (view.find(":scope > .copy", block)) continue;
      const button = view.make("button", { type: "button", className: "copy plain added-by-script", title: "Copy" }, view.icon("copy"));
      button.setAttribute("aria-label", "Copy the code");
      block.append(button);
    }
    for (const heading of view.all("#body :is(h1, h2, h3, h4, h5, h6)[id]")) {
      if (view.find(".anchor", heading) || !heading.textContent.trim()) continue;
      const link = view.make("a", { className: "anchor added-by-script", href: `#${encodeURIComponent(heading.id)}`, title: "Copy the link to this heading" }, view.icon("link"));
      link.setAttribute("aria-label", `Copy the link to “${heading.textContent.trim()}”`);
      heading.append(link);
    }
  }

  function tell(element, done) {
    element.replaceChildren(view.icon(done ? "check" : "close"));
    element.classList.add("told");
    setTimeout(() => {
      element.classList.remove("told");
      element.replaceChildren(view.icon(element.matches(".anchor") ? "link" : "copy"));
    }, 1500);
  }

  const copy = (element, text) => navigator.clipboard?.writeText(text).then(() => tell(element, true), () => tell(element, false));

  view.on("click", ".copy", (button) => copy(button, view.find("pre", button.parentElement).innerText));
  view.on("click", ".anchor", (link) => copy(link, link.href));

  // Open where there is room beside the page, folded above it elsewhere.
  const beside = matchMedia("(min-width: 77.5rem)");
  function placeHeadings() {
    const details = view.find("#on-page details");
    if (details) details.open = beside.matches && !view.find("main.full, main.max");
  }
  beside.addEventListener("change", placeHeadings);

  // The heading that was passed last; at the end of the page, where none can come to the top, the one that was asked for.
  function followHeadings() {
    const links = new Map(view.all("#on-page a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
    if (!links.size) return;
    const headings = view.all("#body :is(h1, h2, h3, h4, h5, h6)[id]").filter((heading) => links.has(heading.id));
    const ended = innerHeight + scrollY >= document.documentElement.scrollHeight - 4;
    const asked = ended && headings.find((heading) => heading.id === decodeURIComponent(location.hash.slice(1)));
    const here = (asked && asked.getBoundingClientRect().top > 0 && asked) || headings.filter((heading) => heading.getBoundingClientRect().top < 120).pop() || headings[0];
    links.forEach((link, id) => link.classList.toggle("here", id === here?.id));
  }

  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; followHeadings(); });
  }, { passive: true });
  addEventListener("hashchange", followHeadings);

  view.on("click", "#on-page a", () => { if (!beside.matches) view.find("#on-page details").open = false; });
  // The next passage that came or went, after the one that was shown last.
  view.on("click", "#next-change", () => {
    const all = view.all(".compared :is(ins, del)").filter((change) => !change.parentElement.closest("ins, del") && !change.previousElementSibling?.matches("ins, del"));
    const here = all.findIndex((change) => change.matches(".at-change")), next = all[(here + 1) % all.length];
    all[here]?.classList.remove("at-change");
    next?.classList.add("at-change");
    next?.scrollIntoView({ block: "center" });
  });

  view.shown.push(addButtons, placeHeadings, followHeadings);
}
