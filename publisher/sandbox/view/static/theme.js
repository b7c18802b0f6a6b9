// Before the first paint: light or dark, as it was chosen, or as the system has it.
"use strict";
const view = {
  // Small things that are remembered in this browser; without storage they last for the page.
  recall(name) { try { return localStorage.getItem(name); } catch { return null; } },
  remember(name, value) { try { localStorage.setItem(name, value); } catch { /* kept for this page only */ } },
  setTheme(name) { document.documentElement.dataset.theme = name; },
};
view.setTheme(view.recall("theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
document.documentElement.classList.add("scripted");
