// What the other scripts share, the theme, the menu and the keys. Each other script adds to `view.shown` what it does to a fresh page.
"use strict";
view.find = (selector, within = document) => within.querySelector(selector);
view.all = (selector, within = document) => [...within.querySelectorAll(selector)];
// Functions that are called with the document, when it is loaded and after each change of it.
view.shown = [];
view.show = () => view.shown.forEach((action) => action());
view.on = (event, selector, action) => document.addEventListener(event, (happened) => {
  const target = happened.target instanceof Element && happened.target.closest(selector);
  if (target) action(target, happened);
});

view.icon = (name) => {
  const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg"), use = document.createElementNS(space, "use");
  svg.setAttribute("class", `icon i-${name}`); svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
};

view.make = (tag, values = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), values);
  made.append(...children);
  return made;
};

view.toggleTheme = () => {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  view.setTheme(theme);
  view.remember("theme", theme);
};

view.step = (by) => {
  const links = view.all("#tree .branches a"), here = links.findIndex((link) => link.getAttribute("aria-current"));
  links[here + by]?.click();
};

view.keys = {
  "/": () => view.find("#search")?.focus(),
  j: () => view.step(1),
  k: () => view.step(-1),
  d: view.toggleTheme,
  p: () => view.find("#badge")?.click(),
  s: () => {
    const storage = view.find("#storage");
    if (storage) { storage.open = !storage.open; storage.scrollIntoView(); }
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.matches("input, textarea, select")) { if (event.key === "Escape") event.target.blur(); return; }
  if (view.keys[event.key]) { event.preventDefault(); view.keys[event.key](); }
});

view.on("click", "#theme", view.toggleTheme);
view.on("click", "#menu", (button) => {
  const open = document.body.classList.toggle("menu-open");
  button.setAttribute("aria-expanded", open);
  if (open) view.centreTree();
});
document.addEventListener("DOMContentLoaded", view.show);
