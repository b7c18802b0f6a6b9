"""The pictures of README and guide, made from the real product: `just pictures`. Needs the extra `browser`, Chromium and Pillow.

A picture of a task page shows what the page's own examples made, so that text and picture cannot differ.
"""

import base64
import html
import io
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mistune
import pytest
from guide import GUIDE, ROOT, Desk, blocks_of, desk, sample_project
from PIL import Image
from playwright.sync_api import sync_playwright
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import DiffLexer, MarkdownLexer

IMAGES = GUIDE / "images"
CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None)
MOST = 100_000  # bytes of a picture
_COLOURS = (256, 128, 64, 32)

RELEASE = r"""# Release day

> [!WARNING]
> No deployments after 16:00.

## Who does what

| step | who | status |
|---|---|---|
| freeze `main` | Ada | {status:green\|Done} |
| notify support | Grace | {status:yellow\|Soon} |

- [x] tag the version
- [ ] publish the notes, see [Setup](guide/setup.md)

```sh
git tag v2.1 && git push --tags
```
"""


@dataclass
class Studio:
    """A browser that takes pictures."""

    browser: Any

    def take(
        self, name: str, address: str, size: tuple[int, int], scale: float = 1.0, *, follow: str = "", press: str = ""
    ) -> bytes:
        """Of a page, or of the one that a link leads to, after a key. An empty name keeps it out of the guide."""
        width, height = size
        context = self.browser.new_context(
            color_scheme="light", viewport={"width": width, "height": height}, device_scale_factor=scale
        )
        page = context.new_page()
        page.goto(address)
        if follow:
            page.get_by_role("link", name=follow).first.click()
        page.wait_for_load_state("load")
        if press:
            page.keyboard.press(press)
        page.wait_for_timeout(500)
        found: bytes = page.screenshot()
        context.close()
        return self.keep(name, found) if name else found

    def show(self, name: str, text: str, width: int, scale: float = 1.0) -> None:
        """Of HTML."""
        context = self.browser.new_context(viewport={"width": width, "height": 300}, device_scale_factor=scale)
        page = context.new_page()
        page.set_content(text)
        self.keep(name, page.locator("#picture").screenshot())
        context.close()

    def keep(self, name: str, data: bytes) -> bytes:
        """As a small file: with as many colours as fit into it."""
        image = Image.open(io.BytesIO(data)).convert("RGB")
        for colours in _COLOURS:
            out = io.BytesIO()
            image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
            if out.tell() <= MOST:
                (IMAGES / name).write_bytes(out.getvalue())
                print(f"{name}: {out.tell():,} bytes, {image.width} × {image.height}")
                return out.getvalue()
        raise SystemExit(f"{name} does not fit into {MOST:,} bytes: show less")


@contextmanager
def project(page: str = "") -> Iterator[Desk]:
    """The sample project; with the name of a page, what its examples make."""
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        desk(Path(folder), patch) as at,
    ):
        path = GUIDE / page if page else None
        sample_project(at, path)
        for block in blocks_of(path) if path else ():
            if block.title and block.title != "output":
                at.write(block)
            elif block.language == "sh":
                at.run(block.text)
        yield at


def address_of(at: Desk, title: str) -> str:
    """The address of a page in the web view."""
    (row,) = (row for row in at.store.pages(["current"]) if row["title"] == title)
    return f"{at.address}/wiki/spaces/DOCS/pages/{row['id']}"


def published_page(studio: Studio) -> None:
    """A Markdown file, and beside it the page that it becomes."""
    with project() as at:
        (at.folder / "docs" / "release.md").write_text(RELEASE, encoding="utf-8")
        at.publisher("publish", "docs", "--banner", "off")
        shot = studio.take("", address_of(at, "Release day"), (880, 640), scale=1.0)
    source = highlight(RELEASE, MarkdownLexer(), HtmlFormatter(noclasses=True, style="friendly", nobackground=True))
    studio.show("published-page.png", side_by_side("docs/release.md", source, shot), 1240)


def pulled_edit(studio: Studio) -> None:
    """What somebody changed on a page, and beside it what that is in Git."""
    with project() as at:
        path = at.folder / "docs" / "release.md"
        path.write_text(RELEASE, encoding="utf-8")
        at.run("git add . && git commit --quiet -m 'Say who does what'")
        at.publisher("publish", "docs", "--banner", "off")
        (row,) = (row for row in at.store.pages(["current"]) if row["title"] == "Release day")
        body = at.store.page(row["id"])["body"].replace("16:00", "15:00").replace("Grace", "Grace, then Ada")
        at.publisher("page", "update", "DOCS:Release day", "--body", body)
        at.run("publisher pull docs/release.md --diff")
        said = at.said[at.said.index("--- a/") :]
        shot = studio.take("", address_of(at, "Release day"), (700, 470), scale=1.0)
    source = highlight(said, DiffLexer(), HtmlFormatter(noclasses=True, style="friendly", nobackground=True))
    studio.show("pulled-edit.png", side_by_side("publisher pull docs/release.md --diff", source, shot), 1240)


def side_by_side(name: str, source: str, shot: bytes) -> str:
    """HTML with the source at the left and a picture at the right."""
    data = base64.b64encode(shot).decode()
    return f"""<style>
body {{ margin: 0; font: 13px/1.5 system-ui, sans-serif; background: #fff; }}
#picture {{ display: flex; gap: 16px; padding: 16px; align-items: stretch; width: 1208px; background: #f4f5f7; }}
.box {{ background: #fff; border: 1px solid #dcdfe4; border-radius: 6px; overflow: hidden; }}
.box b {{ display: block; padding: 6px 12px; border-bottom: 1px solid #dcdfe4; color: #44546f; font-weight: 600; }}
.source {{ flex: 0 0 440px; }} pre {{ margin: 0; padding: 12px; font: 12.5px/1.55 monospace; white-space: pre-wrap; }}
.page {{ flex: 1; }} img {{ width: 100%; display: block; }}</style>
<div id="picture"><div class="box source"><b>{html.escape(name)}</b>{source}</div>
<div class="box page"><b>the page in Confluence</b><img src="data:image/png;base64,{data}"></div></div>"""


def plan_comment(studio: Studio) -> None:
    """What the action writes into a pull request, with the style of a code host."""
    with project("tasks/review.md") as at:
        at.run("printf '# Questions\\n\\nWhom do I ask? Ada, or anybody.\\n' > docs/guide/faq.md")
        at.run("git add . && git commit --quiet -m 'Ask Ada'")
        at.run("publisher plan docs --offline --base main --format markdown 2> /dev/null")
        said = at.said
    body = mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])(re.sub(r"<!--.*?-->", "", said))
    studio.show("plan-comment.png", comment(str(body).replace("<details>", "<details open>", 1)), 900)


def comment(body: str) -> str:
    """HTML with a comment on a pull request."""
    return f"""<style>
body {{ margin: 0; font: 14px/1.5 system-ui, sans-serif; color: #1f2328; background: #fff; }}
#picture {{ width: 868px; padding: 16px; background: #fff; display: flex; gap: 12px; }}
.face {{ flex: 0 0 36px; height: 36px; border-radius: 50%; background: #57606a; color: #fff; text-align: center; line-height: 36px; }}
.box {{ flex: 1; border: 1px solid #d0d7de; border-radius: 6px; }}
.head {{ background: #f6f8fa; border-bottom: 1px solid #d0d7de; padding: 8px 16px; color: #59636e; border-radius: 6px 6px 0 0; }}
.body {{ padding: 4px 16px 8px; }} .body h2, .body h3 {{ margin: 12px 0; }}
code {{ background: #eff1f3; padding: 2px 5px; border-radius: 4px; font: 12px monospace; }}
pre {{ background: #f6f8fa; padding: 12px; border-radius: 6px; }} pre code {{ background: none; padding: 0; }}
table {{ border-collapse: collapse; font-size: 13px; }} td, th {{ border: 1px solid #d0d7de; padding: 5px 12px; text-align: left; }}
</style><div id="picture"><div class="face">⚙</div><div class="box">
<div class="head"><b style="color:#1f2328">github-actions</b> bot commented</div><div class="body">{body}</div></div></div>"""


def task_mkdocs(studio: Studio) -> None:
    with project("tasks/mkdocs-site.md") as at:
        studio.take("task-mkdocs.png", address_of(at, "Install"), (1000, 460))


def task_obsidian(studio: Studio) -> None:
    with project("tasks/obsidian-vault.md") as at:
        studio.take("task-obsidian.png", address_of(at, "Onboarding"), (1000, 460))


def task_two_teams(studio: Studio) -> None:
    with project() as at:
        for block in blocks_of(GUIDE / "tasks" / "two-teams.md"):
            if block.title and block.title != "output" and not (at.folder / block.title).exists():
                at.write(block)
        for team in ("payments", "shipping"):
            at.publisher("publish", f"{team}/docs")
        studio.take("task-two-teams.png", address_of(at, "Setup (Shipping)"), (1000, 420))


def preview(studio: Studio) -> None:
    """A page with a problem, as a writer sees it."""
    with project() as at:
        (at.folder / "docs" / "release.md").write_text(RELEASE.replace("setup.md", "setpu.md"), encoding="utf-8")
        words = [sys.executable, "-m", "publisher", "preview", "docs"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            assert process.stdout is not None
            found = next(match for line in process.stdout if (match := re.search(r"http://\S+", line)))
            studio.take("preview.png", found[0].rstrip("/."), (1280, 640), follow="Release day", press="p")
            process.send_signal(signal.SIGINT)


PICTURES: dict[str, Callable[[Studio], None]] = {
    "published-page": published_page,
    "plan-comment": plan_comment,
    "pulled-edit": pulled_edit,
    "task-mkdocs": task_mkdocs,
    "task-obsidian": task_obsidian,
    "task-two-teams": task_two_teams,
    "preview": preview,
}


def main(names: list[str]) -> None:
    """Make all pictures, or those that are named."""
    arguments = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        for name in names or PICTURES:
            PICTURES[name](Studio(browser))
        browser.close()
    print(f"written to {IMAGES.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
