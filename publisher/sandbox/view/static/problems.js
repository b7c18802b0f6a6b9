// Problems: the panel opens by itself for errors only, and stays as somebody left it.
"use strict";
{
  const left = "problems"; // hidden or shown, once somebody said so

  function isOpen(panel) {
    const chosen = view.recall(left);
    if (chosen) return chosen === "shown" && panel.dataset.level !== "";
    return panel.dataset.level === "error";
  }

  function apply() {
    const panel = view.find("#problems"), badge = view.find("#badge");
    if (!panel || !badge) return;
    panel.hidden = !isOpen(panel);
    badge.setAttribute("aria-expanded", !panel.hidden);
    document.body.classList.toggle("with-problems", !panel.hidden);
  }

  function set(open) {
    view.remember(left, open ? "shown" : "hidden");
    const panel = view.find("#problems");
    if (!panel) return;
    panel.hidden = !open;
    view.find("#badge").setAttribute("aria-expanded", open);
    document.body.classList.toggle("with-problems", open);
  }

  view.on("click", "#badge", (badge) => {
    const open = badge.getAttribute("aria-expanded") !== "true";
    set(open);
    if (!open) return;
    view.find("#problems").scrollIntoView({ block: "nearest" });
    view.find("#problems-title").focus({ preventScroll: true });
  });
  view.on("click", "#hide-problems", () => { set(false); view.find("#badge").focus(); });
  view.shown.push(apply);
}
