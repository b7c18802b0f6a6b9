"""The view in a real browser: what it shows, that it follows what is saved, and what it keeps out."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser import NEEDS_CHROMIUM, Site, serve, serving, watched

from publisher.sandbox.app import Service, running
from publisher.sandbox.store import Store

pytestmark = NEEDS_CHROMIUM

LONG = "\n\n".join(f"paragraph number {number} of many" for number in range(60))
FILES = {
    "index.md": "# Home\n\nwelcome\n\n[children]\n",
    "long.md": f"# Long page\n\n{LONG}\n",
    "macros.md": """---
labels: [one, two]
confluence: {page_properties: {Owner: Ada}}
---
# Macros

[TOC]

## Code

```python title="a.py"
def f():
    return "x"
```

## Panels

> [!NOTE]
> blue

> [!TIP]
> green

> [!IMPORTANT]
> purple

> [!WARNING]
> yellow

> [!CAUTION]
> red

::: panel Launch {bg="#EAE6FF" icon=🚀}
custom
:::

??? note "Folded"
    hidden words

{status:green|Done} @2026-01-31 and a [link](long.md) and ~~gone~~

- [x] ticked
- [ ] open

| a | b |
|---|---|
| 1 | 2 |

:::: columns
::: column
left
:::
::: column
right
:::
::::

![a dot](dot.svg "A caption")

![far](https://example.invalid/x.png)

{video:https://example.invalid/v}
""",
    "hostile.md": "# Hostile\n\n<script>window.hacked = 1</script><img src=x onerror=\"window.hacked=1\">\n\n<a href=\"javascript:window.hacked=1\">x</a>\n\n"
    "```confluence\n<p><a href=\"javascript:alert(1)\">y</a></p>\n```\n",
    "dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><circle r="5" cx="5" cy="5"/></svg>',
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    docs = tmp_path_factory.mktemp("site") / "docs"
    docs.mkdir()
    for name, text in FILES.items():
        (docs / name).write_text(text)
    with serving(docs) as found:
        yield found


@pytest.fixture
def page(chromium: Any, site: Site) -> Iterator[Any]:
    with watched(chromium, site) as found:
        yield found


def open_page(page: Any, site: Site, title: str) -> None:
    page.goto(site.address)
    page.click(f'#tree a:text-is("{title}")')
    page.wait_for_selector(f'h1:has-text("{title}")')


def test_the_tree_is_in_the_page_itself(site: Site) -> None:
    home = httpx.get(site.address, follow_redirects=True).text
    tree = re.findall(r"<a [^>]*>([^<]*)</a>", home.partition('<nav id="tree"')[2].partition("</nav>")[0])
    assert tree == ["Home", "Hostile", "Long page", "Macros"]


def test_every_macro_is_shown(page: Any, site: Site) -> None:
    open_page(page, site, "Macros")
    shown = page.locator("#body")
    assert shown.locator(".toc a").all_inner_texts()[:2] == ["Code", "Panels"]
    assert shown.locator(".code .k").first.inner_text() == "def" and shown.locator(".line").count() == 2
    for kind, colour in {"info": "222, 235, 255", "tip": "227, 252, 239", "important": "234, 230, 255",
                         "note": "255, 250, 230", "warning": "255, 235, 230"}.items():  # fmt: skip
        style = shown.locator(f".panel.{kind}").first.evaluate("e => getComputedStyle(e).backgroundColor")
        assert colour in style, kind
    assert "🚀" in shown.locator(".panel.custom").inner_text()
    shown.locator("summary", has_text="Folded").click()
    assert shown.locator("details").first.get_by_text("hidden words").is_visible()
    assert shown.locator(".status.green").inner_text().upper() == "DONE"
    assert shown.locator("time").inner_text() == "Jan 31, 2026"
    assert [box.is_checked() for box in shown.locator(".tasks input").all()] == [True, False]
    assert shown.locator("th").all_inner_texts()[-2:] == ["a", "b"] and "Ada" in shown.inner_text()
    boxes = [part.bounding_box() for part in shown.locator(".section > div").all()]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"]
    picture = shown.locator("img[alt='a dot']")
    assert picture.evaluate("e => e.complete && e.naturalWidth > 0") and picture.bounding_box()["width"] == 10
    assert "A caption" in shown.locator(".caption").inner_text()
    assert shown.locator(".remote").inner_text().count("example.invalid") and shown.locator(".unknown").count() == 1
    assert page.locator(".label").all_inner_texts() == ["one", "two"]
    page.click("#storage summary")
    assert "ac:structured-macro" in page.locator("#storage pre").inner_text()
    shown.locator("a", has_text="link").last.click()
    page.wait_for_selector('h1:has-text("Long page")')


def test_a_save_is_shown_in_place(page: Any, site: Site) -> None:
    open_page(page, site, "Long page")
    page.locator("#body p", has_text="paragraph number 50 of many").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 500
    (site.docs / "long.md").write_text(FILES["long.md"].replace("number 51 of", "number 51, changed, of"))
    changed = page.wait_for_selector("p:has-text('number 51, changed')", timeout=10_000)
    assert changed and "changed-now" in changed.get_attribute("class")
    assert page.evaluate("scrollY") == before
    assert page.locator(".changed-now").count() == 1  # only what has changed


def test_problems_come_and_go(page: Any, site: Site) -> None:
    open_page(page, site, "Long page")
    (site.docs / "long.md").write_text("# Long page\n\n[x](nothing.md)\n")
    page.wait_for_selector("#badge.warning", timeout=10_000)
    assert page.locator("#problems").is_hidden()  # a warning does not open it
    page.click("#badge")
    page.wait_for_selector("#problems:not([hidden]) >> text=broken-link", timeout=10_000)
    assert "long.md:3" in page.locator("#problems").inner_text()
    (site.docs / "publisher.yml").write_text("spcae: X\n")
    page.wait_for_selector("#problems >> text=did you mean", timeout=10_000)
    (site.docs / "publisher.yml").unlink()
    (site.docs / "long.md").write_text(FILES["long.md"])
    page.wait_for_selector("p:has-text('number 51 of many')", timeout=10_000)
    page.wait_for_selector("#problems >> text=broken-link", state="detached", timeout=10_000)


def test_a_comment_on_selected_text_survives_an_edit(page: Any, site: Site) -> None:
    open_page(page, site, "Long page")
    page.evaluate(
        """() => { const p = [...document.querySelectorAll('#body p')].find(e => e.textContent.includes('number 7 of'));
        const range = document.createRange(); range.setStart(p.firstChild, 0); range.setEnd(p.firstChild, 18);
        getSelection().removeAllRanges(); getSelection().addRange(range); }"""
    )
    page.wait_for_selector("#selected:has-text('paragraph number 7')")
    page.fill("#comment-text", "is that < so?")
    page.click("#comment button")
    page.wait_for_selector("mark.comment:has-text('paragraph number 7')")
    assert "is that < so?" in page.locator(".remark").first.inner_text()
    (site.docs / "long.md").write_text(FILES["long.md"].replace("paragraph number 7 of", "Now paragraph number 7 of"))
    page.wait_for_selector("p:has-text('Now paragraph number 7')", timeout=10_000)
    assert page.locator("mark.comment").inner_text() == "paragraph number 7"
    (site.docs / "long.md").write_text(FILES["long.md"])


def test_versions_are_compared(page: Any, site: Site) -> None:
    open_page(page, site, "Long page")
    (site.docs / "long.md").write_text(FILES["long.md"].replace("number 3 of", "number three of"))
    page.wait_for_selector("p:has-text('number three of')", timeout=10_000)
    page.click("summary:has-text('Versions')")
    page.locator("a:text-is('changes')").first.click()
    page.click("a:text-is('Storage format')")
    assert page.locator("tr.changed ins").first.inner_text() == "three"
    assert "<root" not in page.locator(".diff").inner_text()
    (site.docs / "long.md").write_text(FILES["long.md"])


def test_search_theme_keys_and_a_narrow_screen(page: Any, site: Site) -> None:
    open_page(page, site, "Home")
    page.keyboard.press("/")
    page.keyboard.type("number 42")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('1 page with')")
    assert page.locator(".results mark").first.inner_text() == "number"
    page.locator(".results a").click()
    page.wait_for_selector('h1:has-text("Long page")')
    page.wait_for_load_state()
    page.keyboard.press("d")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.keyboard.press("j")
    page.wait_for_selector('h1:has-text("Macros")')
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark  # it is remembered
    page.set_viewport_size({"width": 400, "height": 700})
    assert not page.locator("#tree").is_visible()
    page.click("#menu")
    assert page.locator("#tree").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_nothing_of_a_document_runs(page: Any, site: Site) -> None:
    open_page(page, site, "Hostile")
    assert page.evaluate("window.hacked") is None
    assert not [
        href for href in page.eval_on_selector_all("#body a", "es => es.map(e => e.href)") if "javascript" in href
    ]


def test_foreign_names_and_origins_are_refused(site: Site) -> None:
    assert httpx.get(site.address + "/search?q=x", headers={"Host": "evil.example"}).status_code == 400
    assert httpx.get(site.address + "/search?q=x", headers={"Origin": "https://evil.example"}).status_code == 403
    assert httpx.get(site.address + "/search?q=x", headers={"Host": "[::1]:8000"}).status_code == 200
    path = "/wiki/api/v2/footer-comments"
    assert httpx.post(site.address + path, json={}, headers={"Origin": "http://evil.example"}).status_code == 403
    assert httpx.get(site.address + "/search?q=x", headers={"Origin": site.address}).status_code == 200


def test_ctrl_c_with_a_browser_connected(tmp_path: Path, chromium: Any) -> None:
    (tmp_path / "index.md").write_text("# Home\n")
    other = serve(tmp_path)
    page = chromium.new_page()
    page.goto(other.address)
    page.wait_for_timeout(500)
    other.process.send_signal(signal.SIGINT)
    assert other.process.wait(30) == 0  # it does not wait for the browser to go
    assert other.process.stdout is not None
    other.process.stdout.close()
    page.close()


def test_static_files_open_from_disk(tmp_path: Path, chromium: Any) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, text in FILES.items():
        (docs / name).write_text(text)
    out = tmp_path / "site"
    done = subprocess.run(
        [sys.executable, "-m", "publisher", "preview", str(docs), "--output", str(out)], check=True, capture_output=True
    )
    assert b"5 pages written" in done.stderr
    page = chromium.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto((out / "index.html").as_uri())
    page.click('#tree a:text-is("Macros")')
    assert page.locator("img[alt='a dot']").evaluate("e => e.complete && e.naturalWidth > 0")
    page.fill("#filter", "long")
    assert (
        page.locator('#tree a:text-is("Hostile")').is_hidden()
        and page.locator('#tree a:text-is("Long page")').is_visible()
    )
    page.close()
    assert wrong == []


def test_remote_content_is_loaded_where_it_is_allowed() -> None:
    with running(":memory:", service=Service(remote=True)) as (address, store):
        space = store.create_space("S", "S")
        body = '<p><ac:image><ri:url ri:value="https://example.invalid/x.png"/></ac:image></p>'
        row = store.create_page(space["id"], {"title": "T", "body": body})
        answer = httpx.get(f"{address}/wiki/pages/{row['id']}")
        assert '<img src="https://example.invalid/x.png"' in answer.text
        assert "img-src 'self' data: https:" in answer.headers["Content-Security-Policy"]


def test_a_tree_of_many_pages_is_one_query(tmp_path: Path) -> None:
    store = Store(":memory:", lambda: "2026-01-01T00:00:00.000Z")
    space = store.create_space("S", "S")
    for number in range(300):
        store.create_page(space["id"], {"title": f"T{number}"})
    from publisher.sandbox.view import Links, frame_of

    asked: list[str] = []
    store.trace(asked.append)
    assert str(frame_of(store, Links()).tree).count("<li ") == 300
    assert len(asked) <= 4
    store.close()
