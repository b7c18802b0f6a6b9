"""The web view: pages, versions, search, and what changes while somebody looks. Serves the sandbox and the preview alike."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from publisher.sandbox.http import file_answer
from publisher.sandbox.store import MAX_ID, Refused, Row
from publisher.sandbox.view.pages import page_html, page_tree
from publisher.sandbox.view.search import search_rows
from publisher.sandbox.view.source import diff_rows
from publisher.sandbox.view.templates import VIEW, policy, render_template, style_sheet

_BEAT = 0.15  # seconds between two looks at whether something has changed


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


def _page(request: Request) -> Row:
    number = request.path_params["page"]
    if number > MAX_ID:
        raise Refused(404, "NOT_FOUND", "There is no such page.")
    row: Row = request.app.state.store.page(number, "page", "blogpost")
    return row


async def show_page(request: Request) -> Response:
    state = request.app.state
    try:
        page = _page(request)
    except Refused as error:
        return _not_found(request, error.text)
    return _html(request, page_html(state.store, page, state.links, board=state.service.board))


async def show_diff(request: Request) -> Response:
    state = request.app.state
    try:
        page = _page(request)
        versions = {row["number"]: row for row in state.store.versions(page["id"])}
        old, new = (versions[request.path_params[name]] for name in ("old", "new"))
    except (Refused, KeyError):
        return _not_found(request, "There is no such version.")
    rows, tree = diff_rows(old["body"], new["body"]), page_tree(state.store, state.links, page["id"])
    html = render_template("diff.html.j2", page=page, old=old, new=new, rows=rows, tree=tree, links=state.links)
    return _html(request, html)


async def show_file(request: Request) -> Response:
    numbers = [request.path_params[name] for name in ("page", "attachment")]
    try:
        if max(numbers) > MAX_ID:
            raise Refused(404, "NOT_FOUND", "There is no such file.")
        data, media = request.app.state.store.attachment_data(*numbers)
    except Refused as error:
        return _not_found(request, error.text)
    return file_answer(data, media)


async def show_by_query(request: Request) -> Response:
    """`/pages/viewpage.action?pageId=…`, as Data Center's addresses are."""
    number = request.query_params.get("pageId", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return _not_found(request, "There is no such page.")
    request.path_params["page"] = int(number)
    return await show_page(request)


async def show_space(request: Request) -> Response:
    """The home page of a space, or where the space is said not to be there."""
    state, key = request.app.state, request.path_params["key"]
    space = next((row for row in state.store.spaces() if row["key"].casefold() == key.casefold()), None)
    if space is None:
        return _not_found(request, f"There is no space {key[:100]}.")
    return RedirectResponse(state.links.page({"id": space["homepage"]}))


async def search(request: Request) -> Response:
    state = request.app.state
    words = request.query_params.get("q", "")
    rows = search_rows(state.store, words)
    tree = page_tree(state.store, state.links, 0)
    return _html(request, render_template("search.html.j2", words=words, rows=rows, tree=tree, links=state.links))


async def home(request: Request) -> Response:
    """The preview's page; what was published last; of one space, its home; of several, a list."""
    state, board = request.app.state, request.app.state.service.board
    if board is not None:  # the preview: its first rendering may not be there yet
        await asyncio.get_running_loop().run_in_executor(None, board.ready.wait, 60.0)
        if board.home:
            return RedirectResponse(state.links.page({"id": board.home}))
    if entrance := state.store.entrance():
        return RedirectResponse(state.links.page({"id": entrance}))
    spaces = [row for row in state.store.spaces() if row["homepage"]]
    if len(spaces) == 1:
        return RedirectResponse(state.links.page({"id": spaces[0]["homepage"]}))
    tree = page_tree(state.store, state.links, 0)
    return _html(request, render_template("home.html.j2", spaces=spaces, tree=tree, links=state.links))


async def changes(request: Request) -> Response:
    """Server-sent events: one for each time that something has changed, until somebody leaves or the server ends."""
    state = request.app.state

    async def events() -> AsyncIterator[str]:
        seen, quiet = None, 0.0
        while not state.closing.is_set() and not await request.is_disconnected():
            now = (state.store.revision, state.service.board.revision if state.service.board else 0)
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
        Route("/files/{page:int}/{attachment:int}", show_file),
        Route("/wiki/pages/{page:int}", show_page),
        Route("/x/{page:int}", show_page),
        Route("/wiki/x/{page:int}", show_page),
        Route("/wiki/pages/{page:int}/diff/{old:int}/{new:int}", show_diff),
        Route("/wiki/spaces/{key}", show_space),
        Route("/wiki/spaces/{key}/overview", show_space),
        Route("/wiki/spaces/{key}/pages/{page:int}", show_page),
        Route("/wiki/spaces/{key}/pages/{page:int}/{title:path}", show_page),
        Route("/wiki/spaces/{key}/blog/{page:int}", show_page),
        Route("/wiki/spaces/{key}/blog/{page:int}/{title:path}", show_page),
        *(Route(context + "/pages/viewpage.action", show_by_query) for context in ("/wiki", "/confluence")),
        *(Route(context + "/display/{key}", show_space) for context in ("/wiki", "/confluence")),
    ]
