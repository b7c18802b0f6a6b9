// The view's own script: theme, keys, comments on selected text, and new texts without losing the place.
"use strict";
const root = document.documentElement;

function setTheme(name) { root.dataset.theme = name; }
let stored = null;
try { stored = localStorage.getItem("theme"); } catch { /* no storage: the system's choice stays */ }
setTheme(stored || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));

function $(selector, within = document) { return within.querySelector(selector); }

function toggleTheme() {
  setTheme(root.dataset.theme === "dark" ? "light" : "dark");
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* kept for this page only */ }
}

// Code: a button that copies it without its line numbers.
function addCopyButtons(within) {
  for (const block of within.querySelectorAll(".code:not(.source)")) {
    if ($(".copy", block)) continue;
    const button = document.createElement("button");
    button.type = "button"; button.className = "copy"; button.textContent = "Copy";
    block.append(button);
  }
}

function copyCode(button) {
  const text = $("pre", button.parentElement).innerText;
  navigator.clipboard?.writeText(text).then(() => {
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}

// Comments: what is selected in the text, and which of its occurrences it is.
let selection = null;
function readSelection() {
  const chosen = getSelection(), body = $("#body"), shown = $("#selected");
  if (!body || !shown || !chosen || chosen.isCollapsed || !body.contains(chosen.anchorNode)) return;
  const range = chosen.getRangeAt(0), text = chosen.toString().trim();
  if (!text || text.includes("\n")) return;
  const before = document.createRange();
  before.setStart(body, 0); before.setEnd(range.startContainer, range.startOffset);
  const head = before.toString();
  selection = { text, index: head.split(text).length - 1, count: body.textContent.split(text).length - 1 };
  shown.hidden = false; shown.textContent = text;
}

async function addComment(event) {
  event.preventDefault();
  const page = $("main").dataset.page, text = $("#comment-text").value.trim();
  if (!text) return;
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  const data = { pageId: page, body: { representation: "storage", value: `<p>${escaped}</p>` } };
  let path = "/wiki/api/v2/footer-comments";
  if (selection) {
    path = "/wiki/api/v2/inline-comments";
    data.inlineCommentProperties = { textSelection: selection.text, textSelectionMatchIndex: selection.index, textSelectionMatchCount: selection.count };
  }
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data) });
  if (!answer.ok) { $("#selected").hidden = false; $("#selected").textContent = (await answer.json()).errors?.[0]?.title || "not accepted"; return; }
  selection = null; $("#comment-text").value = ""; $("#selected").hidden = true;
  await refresh();
}

// New texts: the page is fetched again and put in place, block by block, so that scroll and focus stay.
async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok && answer.status !== 404) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const typed = $("#comment-text")?.value || "", open = new Set([...document.querySelectorAll("main > footer > details[open] > summary")].map((s) => s.textContent.split(" (")[0]));
  document.title = fresh.title;
  for (const name of ["#tree", "main > header", "#problems", "main > footer"]) {
    const [old, now] = [$(name), $(name, fresh)];
    if (old && now && old.outerHTML !== now.outerHTML) old.replaceWith(now);
    else if (!old && now && name === "#problems") document.body.append(now);
  }
  mergeBody($("#body"), $("#body", fresh));
  if (!$("#body", fresh) && $("main", fresh)) $("main").replaceWith($("main", fresh));
  for (const summary of document.querySelectorAll("main > footer > details > summary")) if (open.has(summary.textContent.split(" (")[0])) summary.parentElement.open = true;
  if ($("#comment-text")) $("#comment-text").value = typed;
  addCopyButtons(document);
}

function mergeBody(old, now) {
  if (!old || !now) return;
  for (const button of old.querySelectorAll(".copy")) button.remove();
  const left = [...old.children], right = [...now.children];
  let head = 0, tail = 0;
  while (head < left.length && head < right.length && left[head].outerHTML === right[head].outerHTML) head++;
  while (tail < left.length - head && tail < right.length - head && left[left.length - 1 - tail].outerHTML === right[right.length - 1 - tail].outerHTML) tail++;
  const before = left[left.length - tail] || null;
  for (const element of left.slice(head, left.length - tail)) element.remove();
  for (const element of right.slice(head, right.length - tail)) {
    element.classList.add("changed-now");
    old.insertBefore(element, before);
  }
}

function watchChanges() {
  let seen = null, busy = false, again = false;
  const source = new EventSource("/changes");
  source.onmessage = async (event) => {
    if (seen === null) { seen = event.data; if (event.data.split(".")[0] === $("main").dataset.revision) return; }
    seen = event.data;
    if (busy) { again = true; return; }
    busy = true;
    do { again = false; await refresh(); } while (again);
    busy = false;
  };
}

function step(by) {
  const links = [...document.querySelectorAll("#tree a")], here = links.findIndex((link) => link.getAttribute("aria-current"));
  links[here + by]?.click();
}

document.addEventListener("DOMContentLoaded", () => {
  addCopyButtons(document);
  $("#theme").addEventListener("click", toggleTheme);
  $("#menu").addEventListener("click", () => { const open = $("#tree").classList.toggle("open"); $("#menu").setAttribute("aria-expanded", open); });
  $("#tree [aria-current]")?.scrollIntoView({ block: "nearest" });
  document.addEventListener("click", (event) => {
    if (event.target.matches(".copy")) copyCode(event.target);
    if (event.target.matches("#hide-problems")) $("#problems").hidden = true;
    if (event.target.matches("a[data-ref]")) {
      event.preventDefault();
      const mark = $(`mark[data-ref="${CSS.escape(event.target.dataset.ref)}"]`);
      document.querySelectorAll("mark.open").forEach((other) => other.classList.remove("open"));
      mark?.classList.add("open"); mark?.scrollIntoView({ block: "center" });
    }
  });
  document.addEventListener("selectionchange", readSelection);
  document.addEventListener("submit", (event) => { if (event.target.id === "comment") addComment(event); });
  $("#filter")?.addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase();
    for (const item of document.querySelectorAll("#tree li")) item.hidden = !item.textContent.toLowerCase().includes(words);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, textarea") || event.ctrlKey || event.metaKey || event.altKey) { if (event.key === "Escape") event.target.blur(); return; }
    if (event.key === "/") { event.preventDefault(); ($("#search") || $("#filter"))?.focus(); }
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
    if (event.key === "d") toggleTheme();
    if (event.key === "s" && $("#storage")) { $("#storage").open = !$("#storage").open; $("#storage").scrollIntoView(); }
  });
  if ($("main[data-live]") && location.protocol.startsWith("http")) watchChanges();
});
