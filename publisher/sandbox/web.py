"""The web view: pages, versions, search, and what changes while somebody looks. Serves the sandbox and the preview alike."""

import asyncio
import difflib
import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from publisher.sandbox.render import Links, PageRenderer
from publisher.sandbox.store import Refused, Row, Store
from publisher.storage import canonical

VIEW = Path(__file__).parent / "view"
_BEAT = 0.15  # seconds between two looks at whether something has changed
_FOUND = 50  # results of a search


@dataclass(slots=True)
class Board:
    """What a program that feeds the sandbox tells those who look: the preview's problems, and whether it is ready.

    ``problems``: rows of path, key (of the document), line, level, code, message, hint. ``home``: id of the page that `/` shows.
    """

    ready: threading.Event = field(default_factory=threading.Event)
    problems: tuple[Mapping[str, Any], ...] = ()
    error: str = ""
    home: int = 0
    revision: int = 0

    def tell(self, problems: tuple[Mapping[str, Any], ...], error: str = "") -> None:
        """New problems, or none any more."""
        self.problems, self.error, self.revision = problems, error, self.revision + 1


def policy(*, remote: bool, meta: bool = False) -> str:
    """The Content-Security-Policy: a page runs our script alone, whatever its text holds, and loads nothing from elsewhere.

    ``meta``: for a ``<meta>`` element, which cannot say who may frame the page.
    """
    more = " https: http:" if remote else ""
    frames = more or " 'none'"
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:{more};"
        f" connect-src 'self'; frame-src{frames}; base-uri 'none'; form-action 'self'"
        + ("" if meta else "; frame-ancestors 'none'")
    )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(VIEW), autoescape=True, trim_blocks=True)
    environment.filters["day"] = lambda text: str(text)[:16].replace("T", " ")
    return environment


def render_template(name: str, **values: Any) -> str:
    return _environment().get_template(name).render(values)


def style_sheet() -> str:
    """Ours, with the colours of code for light and dark."""
    light = str(HtmlFormatter(style="default").get_style_defs(":root .code"))  # type: ignore[no-untyped-call]
    dark = str(HtmlFormatter(style="github-dark").get_style_defs(":root[data-theme=dark] .code"))  # type: ignore[no-untyped-call]
    return (VIEW / "view.css").read_text(encoding="utf-8") + _only_colours(light) + _only_colours(dark)


def _only_colours(rules: str) -> str:
    """The rules of a highlighting style without its background and line numbers, which are ours."""
    return "\n".join(line for line in rules.splitlines() if ".code ." in line and "linenos" not in line) + "\n"


def page_tree(store: Store, links: Links, current: int) -> list[tuple[str, Markup]]:
    """(name, nested lists) of each space."""
    found = []
    for space in store.spaces():
        children: dict[int | None, list[Row]] = {}
        for row in store.tree_rows(space["id"]):
            children.setdefault(row["parent"], []).append(row)
        posts = store.pages(["current"], space["id"], None, ("blogpost",))
        tree = _branch(children, None, links, current)
        if posts:
            tree += Markup('<p class="posts">Blog</p>') + _branch({None: posts}, None, links, current)
        found.append((str(space["name"]), tree))
    return found


def _branch(children: Mapping[int | None, list[Row]], parent: int | None, links: Links, current: int) -> Markup:
    items = Markup()
    for row in children.get(parent, ()):
        mark = Markup(' aria-current="page"') if row["id"] == current else Markup()
        below = _branch(children, row["id"], links, current) if row["id"] in children else Markup()
        name = Markup('<span class="folder">📁 {}</span>').format(row["title"])
        if row["kind"] != "folder":
            name = Markup('<a href="{}"{}>{}</a>').format(links.page(row), mark, row["title"])
        items += Markup("<li>{}{}</li>").format(name, below)
    return Markup("<ul>{}</ul>").format(items) if items else items


def page_html(
    store: Store, page: Row, links: Links, *, board: Board | None = None, live: bool = True, **more: str
) -> str:
    """The page with all that stands around it. ``live``: from a server, so that it can be commented on and changes."""
    properties = {row["key"]: row["value"] for row in store.properties(page["id"], None, "content")}
    emoji = properties.get("emoji-title-published", "").strip('"')
    ancestors: list[Row] = []
    up = page["parent"]
    while up is not None:
        ancestors.insert(0, store.content(up))
        up = ancestors[0]["parent"]
    width = properties.get("content-appearance-published", "").strip('"')
    return render_template(
        "page.html.j2",
        page=page,
        emoji="".join(chr(int(code, 16)) for code in emoji.split("-")) if emoji else "",
        width="full" if width == "full-width" else "max" if width == "max" else "",
        ancestors=ancestors,
        links=links,
        tree=page_tree(store, links, page["id"]),
        body=Markup(PageRenderer(store, page, links).render()),  # noqa: S704 - the renderer escapes
        labels=store.labels(page["id"]),
        attachments=store.attachments(page["id"]),
        versions=store.versions(page["id"]),
        restrictions=store.restrictions(page["id"]),
        properties=properties,
        inline=_with_replies(store, store.comments(page["id"], inline=True)),
        footer=_with_replies(store, store.comments(page["id"], inline=False)),
        source=Markup(source_html(page["body"])),  # noqa: S704 - pygments escapes
        board=board,
        mine=_of_page(board, properties) if board else [],
        live=live,
        revision=store.revision,
        **more,
    )


def _of_page(board: Board, properties: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """The problems of the page that is looked at, and whatever keeps another one from being shown."""
    try:
        path = json.loads(properties.get("publisherstamp", "{}")).get("path", "")
    except (ValueError, AttributeError):
        path = ""
    return [row for row in board.problems if row.get("key") == path or row["level"] == "error"]


def _with_replies(store: Store, rows: list[Row]) -> list[Row]:
    def text(body: str) -> str:
        return unescape(re.sub(r"<[^>]*>", " ", body)).strip()

    return [
        {
            **row,
            "text": text(row["body"]),
            "replies": [{**r, "text": text(r["body"])} for r in store.replies(row["id"])],
        }
        for row in rows
    ]


def source_html(body: str) -> str:
    """Storage format for people: a line for each block, highlighted."""
    lexer, formatter = get_lexer_by_name("xml", stripnl=False), HtmlFormatter(nowrap=True)
    return str(highlight("\n".join(block_lines(body)), lexer, formatter))


def block_lines(body: str) -> list[str]:
    """A body with each block on a line of its own, and text in CDATA as it is."""
    parts = re.split(r"(<!\[CDATA\[.*?\]\]>)", body, flags=re.S)
    closing = (
        r"(</(?:p|h[1-6]|li|ul|ol|tr|table|tbody|blockquote|ac:structured-macro|ac:layout\S*|ac:task\S*)>|<hr ?/>)"
    )
    opening = r"(?<!^)(?<!\n)(<(?:ul|ol|table|tr|ac:layout\S*|ac:task-list|ac:rich-text-body)[ >])"
    pieces = [
        part if part.startswith("<![CDATA[") else re.sub(opening, r"\n\1", re.sub(closing, r"\1\n", part))
        for part in parts
    ]
    return "".join(pieces).strip().split("\n")


def diff_rows(old: str, new: str) -> list[tuple[str, Markup, Markup]]:
    """(kind, left, right) of each line: same, changed, added, removed. Ids that Confluence gives do not count."""
    left, right = (block_lines(re.sub(r"\A<root[^>]*>|</root>\Z", "", canonical(body))) for body in (old, new))
    rows: list[tuple[str, Markup, Markup]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            lines = left[a:b]
            if len(lines) > 8:
                skipped = Markup("… {} lines …").format(len(lines) - 6)
                rows += [("same", escape(line), escape(line)) for line in lines[:3]]
                rows.append(("skipped", skipped, Markup()))
                lines = lines[-3:]
            rows += [("same", escape(line), escape(line)) for line in lines]
            continue
        for number in range(max(b - a, d - c)):
            one = left[a + number] if a + number < b else ""
            other = right[c + number] if c + number < d else ""
            kind = "changed" if one and other else "added" if other else "removed"
            rows.append((kind, *(_words(one, other) if kind == "changed" else (escape(one), escape(other)))))
    return rows


def _words(one: str, other: str) -> tuple[Markup, Markup]:
    """Two lines with the words that differ marked."""
    first, second = re.findall(r"\s+|[^\s<>]+|[<>]", one), re.findall(r"\s+|[^\s<>]+|[<>]", other)
    left, right = Markup(), Markup()
    for tag, a, b, c, d in difflib.SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        before, after = "".join(first[a:b]), "".join(second[c:d])
        left += escape(before) if tag == "equal" or not before else Markup("<del>{}</del>").format(before)
        right += escape(after) if tag == "equal" or not after else Markup("<ins>{}</ins>").format(after)
    return left, right


def search_rows(store: Store, words: str) -> list[Row]:
    """Pages that hold every word, those with it in the title first, with the passage around the first."""
    wanted = [word.casefold() for word in words.split()]
    found = []
    for page in store.pages(["current"], None, None, ("page", "blogpost")) if wanted else ():
        body = re.sub(r"<ac:parameter[^>]*>[^<]*</ac:parameter>|<!\[CDATA\[|\]\]>", " ", page["body"])
        text = " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())
        both = f"{page['title']} {text}".casefold()
        if all(word in both for word in wanted):
            at = max(text.casefold().find(wanted[0]), 0)
            start = max(at - 60, 0)
            snippet = ("…" if start else "") + text[start : at + 120]
            in_title = any(word in page["title"].casefold() for word in wanted)
            found.append({**page, "snippet": _marked(snippet, wanted), "rank": not in_title})
    return sorted(found, key=lambda row: (row["rank"], row["title"]))[:_FOUND]


def _marked(text: str, words: list[str]) -> Markup:
    pattern = "|".join(re.escape(word) for word in words)
    parts = re.split(f"({pattern})", text, flags=re.I)
    return Markup().join(Markup("<mark>{}</mark>").format(p) if n % 2 else escape(p) for n, p in enumerate(parts))


# The routes


def _html(request: Request, html: str, status: int = 200) -> HTMLResponse:
    headers = {
        "Content-Security-Policy": policy(remote=request.app.state.links.remote),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return HTMLResponse(html, status, headers=headers)


def _not_found(request: Request, text: str) -> Response:
    state = request.app.state
    html = render_template("missing.html.j2", text=text, tree=page_tree(state.store, state.links, 0), links=state.links)
    return _html(request, html, 404)


async def show_page(request: Request) -> Response:
    state = request.app.state
    try:
        page = state.store.page(int(request.path_params["page"]), "page", "blogpost")
    except Refused as error:
        return _not_found(request, error.text)
    return _html(request, page_html(state.store, page, state.links, board=state.board))


async def show_diff(request: Request) -> Response:
    state = request.app.state
    try:
        page = state.store.page(int(request.path_params["page"]), "page", "blogpost")
        versions = {row["number"]: row for row in state.store.versions(page["id"])}
        old, new = (versions[int(request.path_params[name])] for name in ("old", "new"))
    except (Refused, KeyError):
        return _not_found(request, "There is no such version.")
    rows, tree = diff_rows(old["body"], new["body"]), page_tree(state.store, state.links, page["id"])
    html = render_template("diff.html.j2", page=page, old=old, new=new, rows=rows, tree=tree, links=state.links)
    return _html(request, html)


async def search(request: Request) -> Response:
    state = request.app.state
    words = request.query_params.get("q", "")
    rows = search_rows(state.store, words)
    tree = page_tree(state.store, state.links, 0)
    return _html(request, render_template("search.html.j2", words=words, rows=rows, tree=tree, links=state.links))


async def home(request: Request) -> Response:
    state = request.app.state
    if state.board is not None:  # the preview: its first rendering may not be there yet
        await asyncio.get_running_loop().run_in_executor(None, state.board.ready.wait, 60.0)
        if state.board.home:
            return RedirectResponse(state.links.page({"id": state.board.home}))
    spaces = state.store.spaces()
    if not spaces:
        return PlainTextResponse("The sandbox is empty: run `publisher publish PATH --sandbox`.")
    return RedirectResponse(state.links.page({"id": spaces[-1]["homepage"]}))


async def changes(request: Request) -> Response:
    """Server-sent events: one for each time that something has changed, until somebody leaves or the server ends."""
    state = request.app.state

    async def events() -> AsyncIterator[str]:
        seen, quiet = None, 0.0
        while not state.closing.is_set() and not await request.is_disconnected():
            now = (state.store.revision, state.board.revision if state.board else 0)
            if now != seen:
                yield f"data: {now[0]}.{now[1]}\n\n"
                seen, quiet = now, 0.0
            await asyncio.sleep(_BEAT)
            quiet += _BEAT
            if quiet > 15:
                yield ": still here\n\n"
                quiet = 0.0

    return StreamingResponse(events(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


def _file(name: str, media: str) -> Callable[[Request], Any]:
    async def serve(request: Request) -> Response:
        text = style_sheet() if name == "view.css" else (VIEW / name).read_text(encoding="utf-8")
        return Response(
            text, media_type=media, headers={"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        )

    return serve


def view_routes() -> list[Route]:
    return [
        Route("/", home),
        Route("/search", search),
        Route("/changes", changes),
        Route("/static/view.css", _file("view.css", "text/css")),
        Route("/static/view.js", _file("view.js", "text/javascript")),
        Route("/wiki/pages/{page:int}", show_page),
        Route("/wiki/pages/{page:int}/diff/{old:int}/{new:int}", show_diff),
        Route("/wiki/spaces/{key}/pages/{page:int}", show_page),
    ]
