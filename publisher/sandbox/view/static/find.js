// Search as you type: a list below the field, of the server, or of the pages of an export.
"use strict";
{
  let asked = 0, exported = null;
  const input = () => view.find("#search"), list = () => view.find("#hits");

  function close() {
    list().hidden = true;
    input().setAttribute("aria-expanded", "false");
    input().removeAttribute("aria-activedescendant");
  }

  async function ask(words) {
    const form = view.find(".find");
    if (!form.dataset.index) return (await fetch(`/search.json?q=${encodeURIComponent(words)}`)).json();
    exported ??= await new Promise((done, failed) => {
      const script = view.make("script", { src: form.dataset.index, onload: () => done(view.pages), onerror: failed });
      document.head.append(script);
    });
    return searchPages(exported, words.toLowerCase().split(/\s+/).filter(Boolean), form.dataset.top);
  }

  // The same search as the server's, for files that are opened from disk.
  function searchPages(pages, words, top) {
    const found = [];
    for (const page of pages) {
      const title = page.title.toLowerCase(), text = page.text.toLowerCase();
      if (!words.every((word) => title.includes(word) || text.includes(word))) continue;
      const start = Math.max(text.indexOf(words[0]) - 60, 0);
      const snippet = view.make("span", { textContent: (start ? "…" : "") + page.text.slice(start, start + 180) }).innerHTML;
      const rank = words.every((word) => title.includes(word)) ? 0 : words.some((word) => title.includes(word)) ? 1 : 2;
      found.push({ ...page, snippet, rank, address: top + page.address });
    }
    return found.sort((one, other) => one.rank - other.rank || one.title.localeCompare(other.title)).slice(0, 8);
  }

  function row(hit, number) {
    const item = view.make("li", { id: `hit-${number}`, tabIndex: -1 });
    item.setAttribute("role", "option"); item.setAttribute("aria-selected", "false");
    item.dataset.address = hit.address;
    const snippet = view.make("span", { className: "snippet", innerHTML: hit.snippet }); // escaped where it was made
    item.append(view.make("b", { textContent: hit.title }), view.make("span", { className: "where", textContent: hit.where }), snippet);
    return item;
  }

  async function suggest() {
    const words = input().value.trim(), turn = ++asked;
    if (!words) { close(); return; }
    const hits = await ask(words);
    if (turn !== asked) return; // something else was typed meanwhile
    list().replaceChildren(...hits.map(row));
    if (!hits.length) {
      const none = view.make("li", { className: "none", textContent: "No page holds these words" });
      none.setAttribute("role", "option"); none.setAttribute("aria-disabled", "true"); none.setAttribute("aria-selected", "false");
      list().append(none);
    }
    list().hidden = false;
    input().setAttribute("aria-expanded", "true");
    input().removeAttribute("aria-activedescendant");
  }

  function choose(by) {
    const items = view.all("[data-address]", list()), here = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (!items.length) return;
    const next = items[(here + by + items.length + (here < 0 && by < 0 ? 1 : 0)) % items.length];
    items.forEach((item) => item.setAttribute("aria-selected", item === next));
    next.scrollIntoView({ block: "nearest" });
    input().setAttribute("aria-activedescendant", next.id);
  }

  view.on("input", "#search", suggest);
  view.on("focusin", "#search", (field) => { if (field.value.trim() && document.activeElement === field && list().hidden) suggest(); });
  view.on("click", "#hits [data-address]", (item) => { location.href = item.dataset.address; });
  document.addEventListener("click", (event) => { if (!event.target.closest(".find") && list()) close(); });
  view.on("focusout", ".find", (form, event) => { if (event.relatedTarget && !form.contains(event.relatedTarget)) close(); });
  view.on("keydown", "#search", (field, event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); choose(event.key === "ArrowDown" ? 1 : -1); }
    if (event.key === "Escape") close();
    if (event.key !== "Enter") return;
    const chosen = view.find('[aria-selected="true"]', list()) || (view.find(".find").dataset.index && view.find("[data-address]", list()));
    if (chosen || view.find(".find").dataset.index) event.preventDefault();
    if (chosen) location.href = chosen.dataset.address;
  });
}
