// New texts: the page is fetched again and put in place, block by block, so that scroll and focus stay.
"use strict";
{
  const parts = ["#tree .spaces", "#tree .branches", "#badge", "#problems", "#on-page", "main > header", "main > .steps", "main > footer"];

  view.refresh = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok && answer.status !== 404) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const typed = view.find("#comment-text")?.value || "", opened = view.all("main > footer > details[open] > summary").map(nameOf);
    const scrolled = view.find("#tree")?.scrollTop;
    document.title = fresh.title;
    view.clean(document);
    if (view.find("#body") && view.find("#body", fresh)) {
      for (const name of parts) exchange(name, fresh);
      mergeBody(view.find("#body"), view.find("#body", fresh));
    } else {
      view.find(".columns").replaceWith(view.find(".columns", fresh));
      exchange("#badge", fresh);
    }
    for (const summary of view.all("main > footer > details > summary")) summary.parentElement.open ||= opened.includes(nameOf(summary));
    if (view.find("#comment-text")) view.find("#comment-text").value = typed;
    view.show();
    if (view.find("#tree")) view.find("#tree").scrollTop = scrolled;
  };

  const nameOf = (summary) => summary.textContent.split(" (")[0];

  // Parts that came or went are put where the fresh page has them.
  function exchange(name, fresh) {
    const [old, now] = [view.find(name), view.find(name, fresh)];
    if (old && now) { if (old.innerHTML !== now.innerHTML || old.dataset.level !== now.dataset.level) old.replaceWith(now); } else if (old) old.remove();
    else if (now) {
      const before = now.previousElementSibling, home = now.parentElement;
      const twin = before?.id ? view.find(`#${before.id}`) : null, parent = home.id ? view.find(`#${home.id}`) : view.find(home.localName);
      if (twin) twin.after(now); else parent?.append(now);
    }
  }

  // A block without the mark that it has changed.
  function plain(element) {
    if (!element.classList.contains("changed-now")) return element.outerHTML;
    const copy = element.cloneNode(true);
    copy.classList.remove("changed-now");
    if (!copy.className) copy.removeAttribute("class");
    return copy.outerHTML;
  }

  function mergeBody(old, now) {
    const left = [...old.children], right = [...now.children];
    const [one, other] = [left.map(plain), right.map(plain)];
    let head = 0, tail = 0;
    while (head < left.length && head < right.length && one[head] === other[head]) head++;
    while (tail < left.length - head && tail < right.length - head && one[left.length - 1 - tail] === other[right.length - 1 - tail]) tail++;
    const before = left[left.length - tail] || null;
    for (const element of left.slice(head, left.length - tail)) element.remove();
    for (const element of right.slice(head, right.length - tail)) {
      element.classList.add("changed-now");
      old.insertBefore(element, before);
    }
  }

  function showProgress(told) {
    const bar = view.find("#progress"), doing = view.find("#doing");
    bar.hidden = !told.doing;
    bar.classList.toggle("known", told.total > 0);
    if (told.total) { bar.setAttribute("aria-valuenow", Math.round((100 * told.done) / told.total)); view.find("span", bar).style.width = `${(100 * told.done) / told.total}%`; }
    else { bar.removeAttribute("aria-valuenow"); view.find("span", bar).style.width = ""; }
    bar.setAttribute("aria-valuetext", told.doing || "");
    bar.title = told.doing || "";
    if (doing && told.doing) doing.textContent = told.doing;
    if (told.ready && view.find("main[data-waiting]")) location.reload();
  }

  function watchChanges() {
    let seen = null, busy = false, again = false;
    const source = new EventSource("/changes");
    source.addEventListener("progress", (event) => showProgress(JSON.parse(event.data)));
    source.onmessage = async (event) => {
      if (view.find("main[data-waiting]")) return;
      if (seen === null) { seen = event.data; if (event.data.split(".")[0] === view.find("main").dataset.revision) return; }
      seen = event.data;
      if (busy) { again = true; return; }
      busy = true;
      do { again = false; await view.refresh(); } while (again);
      busy = false;
    };
  }

  document.addEventListener("DOMContentLoaded", () => { if (view.find("main[data-live]") && location.protocol.startsWith("http")) watchChanges(); });
}
