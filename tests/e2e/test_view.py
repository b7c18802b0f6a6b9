"""What a writer does with the view, in a real browser: problems, tree, headings, search, versions, narrow screens, keys."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser import AXE, NEEDS_AXE, NEEDS_CHROMIUM, Site, serving, sideways, violations, watched

from publisher.sandbox import Service, running

pytestmark = NEEDS_CHROMIUM
GUIDE = Path(__file__).parents[2] / "sample-docs"
CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
WIDE = (
    "| "
    + " | ".join(f"column {number}" for number in range(14))
    + " |\n|"
    + "---|" * 14
    + "\n"
    + "| cell " * 14
    + "|\n"
)
FILES = {
    "index.md": "# Home\n\nwelcome\n",
    "a.md": "# Alpha\n\n" + "\n\n".join(f"## Part {n}\n\n" + f"words of part {n}\n\n" * 12 for n in range(8)),
    "b/index.md": "# Beta\n\n[x](nothing.md)\n\n## One heading\n\ntext\n\n## One heading\n\nmore\n",
    "b/deep/index.md": "# Deep\n",
    "b/deep/end.md": "# End of it\n\nalpha is named here\n",
    "c.md": f"# Colours\n\n> [!NOTE]\n> a note\n\n{WIDE}\n```nolanguage\nx\n```\n\n`{'long' * 40}` https://example.invalid/{'a' * 150}\n\n"
    "<span style=\"color: #0747a6\">blue</span>\n\n- [x] done\n- [ ] open\n",
    **{f"f{number:02}.md": f"# Filler {number}\n" for number in range(40)},
}  # fmt: skip


def write(docs: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text(text)
    return docs


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(write(tmp_path_factory.mktemp("view") / "docs", FILES)) as found:
        yield found


@pytest.fixture
def page(chromium: Any, site: Site) -> Iterator[Any]:
    with watched(chromium, site) as found:
        yield found


def address_of(site: Site, title: str) -> str:
    """The address of a page, from the tree."""
    home = httpx.get(site.address, follow_redirects=True).text
    found = re.search(rf'<a href="([^"]*)"[^>]*>{re.escape(title)}</a>', home)
    assert found, title
    return site.address + found[1]


def see(page: Any, site: Site, title: str) -> None:
    page.goto(address_of(site, title))
    page.wait_for_selector(f'h1:has-text("{title}")')


def counts(page: Any) -> str:
    """What the badge says."""
    return " ".join(page.locator("#badge").text_content().split())


def covers(page: Any) -> list[str]:
    """Texts of the page that something else lies over, in the window as it is."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll('main h1, main p, main h2')].filter(e => {
            const box = e.getBoundingClientRect(), bar = document.querySelector('.bar').getBoundingClientRect().bottom;
            if (box.top < bar || box.bottom > innerHeight || !box.width) return false;
            const range = document.createRange(); range.selectNodeContents(e);
            return [...range.getClientRects()].some(r => [r.left + 1, r.right - 1].some(x => {
              const top = document.elementFromPoint(x, r.top + r.height / 2);
              return top && !e.contains(top) && !top.contains(e); }));
            }).map(e => e.textContent)"""
        )
    )


# Problems


def test_the_panel_opens_by_itself_for_errors_only(page: Any, site: Site) -> None:
    see(page, site, "Beta")
    page.wait_for_selector("#badge.warning")
    assert counts(page) == "1 warning 1 notice" and page.locator("#problems").is_hidden()
    (site.docs / "bad.md").write_text("---\ntitle: [\n---\n# Bad\n")
    page.wait_for_selector("#problems:not([hidden])", timeout=10_000)
    assert counts(page) == "1 error 1 warning 1 notice"
    rows = page.locator("#problems li").all()
    assert [row.get_attribute("class").split()[0] for row in rows] == ["error", "warning", "notice"]
    (site.docs / "bad.md").unlink()
    page.wait_for_selector("#badge.warning", timeout=10_000)
    assert page.locator("#problems").is_hidden()


@pytest.mark.parametrize("width", [1900, 1280, 1000, 390])
def test_the_panel_is_never_over_the_text(chromium: Any, site: Site, width: int) -> None:
    with watched(chromium, site, width) as page:
        see(page, site, "Alpha")
        page.click("#badge")
        assert page.locator("#problems").is_visible()
        for top in (0, 300, 2000, 100_000):
            page.evaluate(f"window.scrollTo({{top: {top}, behavior: 'instant'}})")
            assert covers(page) == [], top
        assert sideways(page) == 0


def test_hidden_stays_hidden_and_shown_stays_shown(page: Any, site: Site) -> None:
    (site.docs / "bad.md").write_text("---\ntitle: [\n---\n# Bad\n")
    see(page, site, "Beta")
    page.wait_for_selector("#problems:not([hidden])", timeout=10_000)
    page.click("#hide-problems")
    assert page.evaluate("document.activeElement.id") == "badge"
    page.reload()
    page.wait_for_selector("#badge.error")
    assert page.locator("#problems").is_hidden()
    (site.docs / "bad.md").write_text("---\ntitle: [[\n---\n# Bad\n")  # another error, in the page that is open
    page.wait_for_timeout(1500)
    assert page.locator("#problems").is_hidden()
    (site.docs / "bad.md").unlink()
    page.click("#badge")
    page.reload()
    page.wait_for_selector("#problems:not([hidden])")
    page.wait_for_selector("#badge.warning", timeout=10_000)
    assert page.locator("#problems").is_visible()


def test_a_place_opens_the_editor(page: Any, site: Site) -> None:
    see(page, site, "Beta")
    page.click("#badge")
    link = page.locator("#problems a", has_text="b/index.md:3")
    assert link.get_attribute("href") == f"vscode://file/{str(site.docs / 'b/index.md').lstrip('/')}:3"


@pytest.mark.parametrize(
    ("editor", "expected"),
    [("idea", "idea://open?file=/{}&line=3"), ("my-editor://x/{file}#{line}", "my-editor://x/{}#3"), ("none", None)],
)
def test_the_editor_is_a_setting(tmp_path: Path, editor: str, expected: str | None) -> None:
    docs = write(tmp_path / "my docs", {"index.md": "# Home\n\n[x](nothing.md)\n"})
    with serving(docs, PUBLISHER_EDITOR=editor) as site:
        text = httpx.get(site.address, follow_redirects=True).text
    place = str(docs / "index.md").lstrip("/").replace(" ", "%20")
    found = re.findall(r'<section id="problems".*?</section>', text, re.S)[0]
    assert "index.md:3" in found
    assert re.findall('<a href="([^"]*)"', found) == (
        [] if expected is None else [expected.format(place).replace("&", "&amp;")]
    )


# Tree


def test_the_tree_folds_and_stays_as_it_was_left(page: Any, site: Site) -> None:
    see(page, site, "Home")
    beta, deep = page.locator('#tree a:text-is("Beta")'), page.locator('#tree a:text-is("Deep")')
    assert beta.is_visible() and deep.is_hidden()
    fold = page.locator('#tree li:has(> div > a:text-is("Beta")) > div > .fold')
    assert fold.get_attribute("aria-expanded") == "false"
    fold.click()
    assert deep.is_visible() and fold.get_attribute("aria-expanded") == "true"
    page.reload()
    assert deep.is_visible()
    fold.focus()
    page.keyboard.press("Enter")
    assert deep.is_hidden()


def test_the_current_branch_is_open_and_centred(page: Any, site: Site) -> None:
    see(page, site, "End of it")
    here = page.locator("#tree [aria-current]")
    assert here.inner_text() == "End of it" and here.is_visible()
    see(page, site, "Filler 20")
    box, tree = here.bounding_box(), page.locator("#tree").bounding_box()
    assert abs(box["y"] + box["height"] / 2 - (tree["y"] + tree["height"] / 2)) < 60
    assert page.evaluate("scrollY") == 0  # the page itself stays


def test_the_tree_is_filtered_as_one_types(page: Any, site: Site) -> None:
    see(page, site, "Home")
    page.locator("#filter").press_sequentially("end")
    assert [link.inner_text() for link in page.locator("#tree a").all() if link.is_visible()] == [
        "Home",
        "Beta",
        "Deep",
        "End of it",
    ]
    assert page.locator("#filtered").inner_text() == "1 page"
    page.keyboard.press("Enter")
    page.wait_for_selector('h1:has-text("End of it")')
    page.locator("#filter").press_sequentially("zzz")
    assert not [link for link in page.locator("#tree a").all() if link.is_visible()]
    page.keyboard.press("Escape")
    assert page.locator('#tree a:text-is("Beta")').is_visible()


def test_only_the_space_at_hand_with_a_switch(chromium: Any) -> None:
    with running(":memory:", service=Service()) as (address, store):
        for key in ("One", "Two", "Three"):
            space = store.create_space(key.upper(), key)
            store.create_page(space["id"], {"title": f"Page of {key}", "parent": space["homepage"]})
        page = chromium.new_page()
        page.goto(address + "/wiki/spaces/TWO")
        assert page.locator("#tree .branches").inner_text().strip() == "Page of Two"
        assert page.locator(".spaces summary").inner_text() == "Two"
        page.click(".spaces summary")
        assert page.locator(".spaces li").all_inner_texts() == ["One", "Three"]
        page.click(".spaces li >> text=Three")
        page.wait_for_selector('#tree .branches >> text="Page of Three"')
        page.close()


# Headings, previous and next, search


def test_headings_are_listed_followed_and_copied(page: Any, site: Site) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    see(page, site, "Alpha")
    links = page.locator("#on-page a")
    assert links.all_inner_texts() == [f"Part {number}" for number in range(8)]
    links.nth(5).click()
    assert page.url.endswith("#Part-5")
    page.wait_for_selector("#on-page a.here:text-is('Part 5')")
    page.locator("#Part-5").hover()
    page.locator("#Part-5 .anchor").click()
    page.wait_for_selector("#Part-5 .anchor.told")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.goto("about:blank")
    see(page, site, "Beta")
    assert page.locator("#on-page a").evaluate_all("links => links.map(link => link.hash)") == [
        "#One-heading",
        "#One-heading.1",
    ]


def test_previous_and_next(page: Any, site: Site) -> None:
    see(page, site, "Alpha")
    assert (
        "Home" in page.locator(".steps .previous").inner_text() and "Beta" in page.locator(".steps .next").inner_text()
    )
    page.click(".steps .next")
    page.wait_for_selector('h1:has-text("Beta")')
    page.click(".steps .next")
    page.wait_for_selector('h1:has-text("Deep")')
    see(page, site, "Home")
    assert page.locator(".steps .previous").count() == 0


def test_search_as_one_types(page: Any, site: Site) -> None:
    see(page, site, "Home")
    page.keyboard.press("/")
    page.keyboard.type("alpha")
    page.wait_for_selector("#hits [data-address] >> nth=1")
    assert [item.locator("b").inner_text() for item in page.locator("#hits li").all()] == ["Alpha", "End of it"]
    assert page.locator("#hits .where").all_inner_texts() == ["docs / Home", "docs / Home / Beta / Deep"]
    assert page.locator("#hits mark").first.inner_text().lower() == "alpha"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.locator("#search").get_attribute("aria-activedescendant") == "hit-1"
    page.keyboard.press("Enter")
    page.wait_for_selector('h1:has-text("End of it")')
    page.locator("#search").press_sequentially("nowhere-at-all")
    page.wait_for_selector("#hits >> text=No page holds these words")
    page.keyboard.press("Escape")
    assert page.locator("#hits").is_hidden()
    page.goto(site.address + "/search?q=alpha")
    assert page.locator(".results .path").all_inner_texts() == ["docs / Home", "docs / Home / Beta / Deep"]


def test_search_says_the_space() -> None:
    with running(":memory:", service=Service()) as (address, store):
        for key in ("One", "Two"):
            space = store.create_space(key.upper(), key)
            parent = store.create_page(space["id"], {"title": f"Parent {key}", "parent": space["homepage"]})
            store.create_page(
                space["id"], {"title": f"A page {key}", "parent": parent["id"], "body": "<p>needle &lt;b&gt;</p>"}
            )
        hits = httpx.get(address + "/search.json?q=needle").json()
        assert [hit["where"] for hit in hits] == ["One / Parent One", "Two / Parent Two"]
        assert "<b>" not in hits[0]["snippet"] and "&lt;b&gt;" in hits[0]["snippet"]
        assert httpx.get(address + "/search.json?q=").json() == []


# Versions


def test_versions_are_compared_rendered_and_raw(page: Any, site: Site) -> None:
    see(page, site, "Colours")
    (site.docs / "c.md").write_text(FILES["c.md"].replace("a note", "a long note").replace("blue", "green"))
    page.wait_for_selector(".panel:has-text('a long note')", timeout=10_000)
    page.click("summary:has-text('Versions')")
    page.locator("a:text-is('changes')").first.click()
    assert page.locator(".compared .panel ins").inner_text().strip() == "long"
    assert (
        page.locator(".compared del").all_inner_texts() == ["blue"]
        and page.locator(".compared .panel.info").count() == 1
    )
    page.click("#next-change")
    assert page.locator(".at-change").count() == 1
    page.click("a:text-is('Storage format')")
    assert "ac:structured-macro" in page.locator("table.diff").inner_text()
    page.click("a:text-is('Rendered')")
    page.wait_for_selector(".compared")
    page.select_option("select[name=new]", "1")
    page.select_option("select[name=old]", "1")
    page.click("button:text-is('Compare')")
    page.wait_for_selector("text=The texts are the same")
    (site.docs / "c.md").write_text(FILES["c.md"])


# What is not there


def test_a_deleted_page_says_so_and_comes_back(chromium: Any, site: Site) -> None:
    with watched(chromium, site, allowed="404") as page:
        (site.docs / "gone.md").write_text("# Going\n\nwords\n")
        page.goto(site.address)
        page.wait_for_selector('#tree a:text-is("Going")', timeout=10_000)
        see(page, site, "Going")
        (site.docs / "gone.md").unlink()
        page.wait_for_selector('h1:has-text("This page was deleted")', timeout=10_000)
        assert "Going" in page.locator("main").inner_text() and page.locator("#tree a").count() > 5


def test_an_unknown_path_is_a_page_with_a_search(chromium: Any, site: Site) -> None:
    with watched(chromium, site, allowed="404") as page:
        for path in (
            "/nothing/end of it",
            "/wiki/pages/999999",
            "/wiki/spaces/NONE",
            "/static/none.js",
            "/files/1/1",
            "/wiki/pages/3/diff/8/9",
        ):
            answer = page.goto(site.address + path)
            assert answer.status == 404 and page.locator("h1").inner_text().endswith("not found"), path
            assert page.locator("#tree a").count() > 5 and page.locator("main input[type=search]").is_visible()
        page.goto(site.address + "/nothing/end-of-it")
        assert page.locator('main a:text-is("End of it")').is_visible()
        page.fill("main input[type=search]", "alpha")
        page.keyboard.press("Enter")
        page.wait_for_selector("h1:has-text('2 pages with')")
    answer = httpx.get(site.address + "/nothing")  # a program gets the answer of the API
    assert answer.status_code == 404 and json.loads(answer.text)["message"] == "Not Found"


# Narrow screens


def check_narrow(page: Any, addresses: list[str]) -> None:
    wrong = []
    for address in addresses:
        page.goto(address)
        page.evaluate("() => document.querySelectorAll('main details').forEach(d => d.open = true)")
        if sideways(page):
            wide = page.evaluate(
                "() => [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1"
                " && !e.closest('.table, pre')).slice(0, 3).map(e => e.outerHTML.slice(0, 150))"
            )
            wrong.append((address, sideways(page), wide))
    assert wrong == []


def pages_of(site: Site) -> list[str]:
    home = httpx.get(site.address, follow_redirects=True, timeout=120).text
    tree = home.partition('<nav id="tree"')[2].partition("</nav>")[0]
    return [site.address + path for path in re.findall('href="([^"]*)"', tree)]


def test_no_page_is_wider_than_a_telephone(chromium: Any, site: Site) -> None:
    with watched(chromium, site, 390, allowed="404") as page:
        more = [site.address + path for path in ("/search?q=a", "/nothing")]
        check_narrow(page, [*pages_of(site)[:8], *more])
        see(page, site, "Colours")
        table = page.locator(".table").first
        assert table.evaluate("e => e.scrollWidth > e.clientWidth && getComputedStyle(e).overflowX === 'auto'")


def test_no_page_of_the_guide_is_wider_than_a_telephone(chromium: Any, full: bool) -> None:
    with serving(GUIDE) as guide, watched(chromium, guide, 390) as page:
        addresses = pages_of(guide)
        assert len(addresses) > 30
        check_narrow(page, addresses[:: 1 if full else 4])


@pytest.mark.skipif(not CORPORA.is_dir(), reason="needs the corpora beside the checkout")
@pytest.mark.parametrize("name", ["vitepress", "mkdocs-material"])
def test_no_page_of_a_corpus_is_wider_than_a_telephone(chromium: Any, name: str, full: bool) -> None:
    with serving(CORPORA / name) as site, watched(chromium, site, 390) as page:
        check_narrow(page, pages_of(site)[:: 1 if full else 4])


# What the editor of the product makes of a page


def test_a_writer_sees_what_the_editor_of_the_product_will_do(tmp_path: Path, chromium: Any) -> None:
    raw = "```confluence\n<ul><li><p>a</p><blockquote><p>q</p></blockquote></li></ul>\n"
    raw += '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">brainfuck</ac:parameter>'
    raw += "<ac:plain-text-body><![CDATA[+]]></ac:plain-text-body></ac:structured-macro>\n```\n"
    files = {
        "index.md": f"# Home\n\n{raw}",
        "full.md": "---\nconfluence: {width: max}\n---\n# Full\n",
        "wide.md": "---\nconfluence: {width: full}\n---\n# Wide\n",
    }
    with serving(write(tmp_path / "docs", files)) as site, watched(chromium, site, 2400) as page:
        see(page, site, "Home")
        assert "quote" in page.locator("div.lost .lost-why").first.inner_text()
        assert "does not know brainfuck" in page.locator(".language.lost-why").inner_text()
        assert page.locator("#body").bounding_box()["width"] == 760
        widths = []
        for title in ("Wide", "Full"):
            see(page, site, title)
            widths.append(page.locator("#body").bounding_box()["width"])
        assert widths[0] == 1800 and widths[1] > 1800
    (tmp_path / "docs" / "publisher.yml").write_text("target: datacenter\n")
    with serving(tmp_path / "docs") as site, watched(chromium, site) as page:
        see(page, site, "Home")
        assert page.locator("div.lost").count() == 0  # its editor keeps a quote in a list


# Icons, progress, keys, accessibility


def test_icons_are_drawings(page: Any, site: Site) -> None:
    see(page, site, "Colours")
    assert page.locator(".panel.info > svg").is_visible()
    signs = page.evaluate(
        "() => [...document.querySelectorAll('.bar, #tree, #side')].map(e => e.innerText).join('').match(/[\\u2190-\\u2bff\\u{1f000}-\\u{1faff}]/gu)"
    )
    assert signs is None
    assert page.evaluate(
        "() => [...document.querySelectorAll('svg.icon use')].every(u => document.querySelector(u.getAttribute('href')))"
    )


def test_the_first_rendering_shows_its_progress(tmp_path: Path, chromium: Any) -> None:
    docs = write(tmp_path / "docs", {f"{number}.md": f"# Page {number}\n\nwords\n" for number in range(400)})
    with serving(docs) as site, watched(chromium, site) as page:
        page.goto(site.address)
        said = page.locator("h1").inner_text()
        if said == "Rendering…":  # a fast machine may be done by now
            page.wait_for_selector("#progress:not([hidden])")
        page.wait_for_selector('#tree a:text-is("Page 1")', timeout=60_000)  # without a reload by hand
        (docs / "1.md").write_text("# Page 1\n\nother words\n")
        page.wait_for_selector("#progress", state="hidden")


def test_a_board_tells_those_who_wait() -> None:
    from publisher.sandbox import Board

    board = Board()
    with running(":memory:", service=Service(board=board)) as (address, _):
        board.begin("Rendering 12 pages", 12)
        board.advance()
        answer = httpx.get(address, headers={"Accept": "text/html"})
        assert "Rendering 12 pages" in answer.text and "data-waiting" in answer.text
        with httpx.stream("GET", address + "/changes") as events:
            line = next(line for line in events.iter_lines() if "doing" in line)
        assert json.loads(line.removeprefix("data: ")) == {
            "doing": "Rendering 12 pages",
            "done": 1,
            "total": 12,
            "ready": False,
        }
        board.end()
        board.ready.set()
        assert "data-waiting" not in httpx.get(address, headers={"Accept": "text/html"}).text


def test_everything_can_be_reached_with_the_keyboard(page: Any, site: Site) -> None:
    see(page, site, "Beta")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.reload()
    reached, hidden = set(), []
    for _ in range(140):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
            return [e.id || e.className || e.tagName, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0, box.width > 0]; }"""
        )
        reached.add(found[0])
        if found[0] != "BODY" and not found[1]:
            hidden.append(found[0])
    assert {
        "skip",
        "site",
        "search",
        "badge",
        "theme",
        "filter",
        "fold",
        "anchor added-by-script",
        "previous",
        "next",
        "comment-text",
    } <= reached
    assert hidden == []  # the focus is seen everywhere


@NEEDS_AXE
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(chromium: Any, site: Site, theme: str, width: int) -> None:
    assert AXE
    with watched(chromium, site, width, theme, allowed="404") as page:
        see(page, site, "Beta")
        page.click("#badge")
        if width == 390:
            page.click("#menu")
        page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
        assert violations(page) == []
        see(page, site, "Colours")
        page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
        assert violations(page) == []
        page.locator("#search").press_sequentially("alpha")
        page.wait_for_selector("#hits [data-address]")
        page.keyboard.press("ArrowDown")
        assert violations(page) == []
        for path in ("/search?q=alpha", "/search?q=zzzz", "/nothing"):
            page.goto(site.address + path)
            assert violations(page) == [], path


@NEEDS_AXE
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_versions_and_spaces(chromium: Any, theme: str) -> None:
    old = "<p>one two</p><h2>Title</h2><ul><li>a</li></ul><table><tbody><tr><td>1</td></tr></tbody></table>"
    with running(":memory:", service=Service()) as (address, store):
        space = store.create_space("S", "S")
        row = store.create_page(space["id"], {"title": "T", "body": old, "parent": space["homepage"]})
        store.update_page(
            row["id"], {"title": "T2", "body": old.replace("two", "three").replace("a", "b"), "version": 2}
        )
        store.create_space("OTHER", "Other")
        site = Site(Path(), address, None)  # type: ignore[arg-type]
        with watched(chromium, site, theme=theme) as page:
            for path in ("/", f"/wiki/pages/{row['id']}/diff/1/2", f"/wiki/pages/{row['id']}/diff/1/2?raw=1"):
                page.goto(address + path)
                assert violations(page) == [], path


def test_print_shows_the_page_alone(page: Any, site: Site) -> None:
    see(page, site, "Beta")
    page.click("#badge")
    page.emulate_media(media="print")
    for name in (".bar", "#tree", "#side", "main > footer"):
        assert page.locator(name).is_hidden(), name
    assert page.locator("#body").is_visible() and page.locator("main h1").is_visible()
