// Comments: what is selected in the text, and which of its occurrences it is.
"use strict";
{
  let selection = null;

  function readSelection() {
    const chosen = getSelection(), body = view.find("#body"), shown = view.find("#selected");
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
    const page = view.find("main").dataset.page, text = view.find("#comment-text").value.trim();
    if (!text) return;
    const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
    const data = { pageId: page, body: { representation: "storage", value: `<p>${escaped}</p>` } };
    let path = "/wiki/api/v2/footer-comments";
    if (selection) {
      path = "/wiki/api/v2/inline-comments";
      data.inlineCommentProperties = { textSelection: selection.text, textSelectionMatchIndex: selection.index, textSelectionMatchCount: selection.count };
    }
    const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data) });
    const shown = view.find("#selected");
    if (!answer.ok) { shown.hidden = false; shown.textContent = (await answer.json()).errors?.[0]?.title || "not accepted"; return; }
    selection = null; view.find("#comment-text").value = ""; shown.hidden = true;
    await view.refresh();
  }

  document.addEventListener("selectionchange", readSelection);
  view.on("submit", "#comment", (form, event) => addComment(event));
  view.on("click", "a[data-ref]", (link, event) => {
    event.preventDefault();
    const mark = view.find(`mark[data-ref="${CSS.escape(link.dataset.ref)}"]`);
    view.all("mark.open").forEach((other) => other.classList.remove("open"));
    mark?.classList.add("open"); mark?.scrollIntoView({ block: "center" });
  });
}
