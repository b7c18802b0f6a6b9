"""The web view: pages, versions, search, and what changes while somebody looks. Serves the sandbox and the preview alike."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from publisher.sandbox.http import file_answer
from publisher.sandbox.service import Board
from publisher.sandbox.store import MAX_ID, Refused, Row
from publisher.sandbox.view.frame import frame_of
from publisher.sandbox.view.notes import notes_of
from publisher.sandbox.view.pages import diff_html, page_html
from publisher.sandbox.view.templates import policy, render_template, static_files

_BEAT = 0.15  # seconds between two looks at whether something has changed


def _html(request: Request, html: str, status: int = 200) -> HTMLResponse:
    headers = {
        "Content-Security-Policy": policy(remote=request.app.state.links.remote),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return HTMLResponse(html, status, headers=headers)


def _board(request: Request) -> Board | None:
    board: Board | None = request.app.state.service.board
    return board


def _chrome(request: Request, page: Row | None = None) -> dict[str, Any]:
    """What every page of the view shows around itself."""
    state, board = request.app.state, _board(request)
    entrance = board.home if board else 0 if page else state.store.entrance()
    frame = frame_of(state.store, state.links, page, entrance)
    return {"frame": frame, "links": state.links, "board": board, "notes": notes_of(board)}


def not_found(request: Request, text: str, heading: str = "Page not found", near: str = "") -> Response:
    """A page that says so, with a search. ``near``: words to look for pages by that are meant instead."""
    rows = request.app.state.index.search(near, 5) if near else []
    chrome = _chrome(request)
    return _html(request, render_template("missing.html.j2", text=text, heading=heading, rows=rows, **chrome), 404)


def _no_page(request: Request, error: Refused) -> Response:
    """A page that was deleted says so."""
    number, gone = request.path_params["page"], None
    if number <= MAX_ID:
        rows = request.app.state.store.pages(["trashed"], None, [number], ("page", "blogpost"))
        gone = rows[0] if rows else None
    if gone is None:
        near = str(request.path_params.get("title", "")).replace("+", " ")
        return not_found(request, "There is no page at this address.", near=near)
    return not_found(request, f"“{gone['title']}” is in the trash.", "This page was deleted")


def _page(request: Request) -> Row:
    number = request.path_params["page"]
    if number > MAX_ID:
        raise Refused(404, "NOT_FOUND", "There is no such page.")
    row: Row = request.app.state.store.page(number, "page", "blogpost")
    if row["status"] == "trashed":
        raise Refused(404, "NOT_FOUND", "This page was deleted.")
    return row


async def show_page(request: Request) -> Response:
    state = request.app.state
    try:
        page = _page(request)
    except Refused as error:
        return _no_page(request, error)
    return _html(request, page_html(state.store, page, state.links, board=state.service.board))


async def show_diff(request: Request) -> Response:
    """What changed between two versions: as people read it, or in storage format (``raw``)."""
    try:
        page = _page(request)
    except Refused as error:
        return _no_page(request, error)
    html = diff_html(
        request.app.state.store, page, _wanted(request), _chrome(request, page), raw="raw" in request.query_params
    )
    if html is None:
        return not_found(request, "There is no such version of the page.", "Version not found")
    return _html(request, html)


def _wanted(request: Request) -> tuple[int, int]:
    """The versions that are compared, from the path or from a form; 0 for what is no number."""
    given = [request.path_params.get(name) or request.query_params.get(name, "") for name in ("old", "new")]
    numbers = [
        int(text) if str(text).isascii() and str(text).isdigit() and len(str(text)) < 10 else 0 for text in given
    ]
    return numbers[0], numbers[1]


async def show_file(request: Request) -> Response:
    numbers = [request.path_params[name] for name in ("page", "attachment")]
    try:
        if max(numbers) > MAX_ID:
            raise Refused(404, "NOT_FOUND", "There is no such file.")
        data, media = request.app.state.store.attachment_data(*numbers)
    except Refused as error:
        return not_found(request, error.text, "File not found")
    return file_answer(data, media)


async def show_by_query(request: Request) -> Response:
    """`/pages/viewpage.action?pageId=…`, as Data Center's addresses are."""
    number = request.query_params.get("pageId", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return not_found(request, "There is no such page.")
    request.path_params["page"] = int(number)
    return await show_page(request)


async def show_space(request: Request) -> Response:
    """The home page of a space, or where the space is said not to be there."""
    state, key = request.app.state, request.path_params["key"]
    space = next((row for row in state.store.spaces() if row["key"].casefold() == key.casefold()), None)
    if space is None:
        return not_found(request, f"There is no space {key[:100]}.", "Space not found")
    return RedirectResponse(state.links.page({"id": space["homepage"]}))


async def search(request: Request) -> Response:
    state = request.app.state
    words = request.query_params.get("q", "")
    rows = state.index.search(words)
    return _html(request, render_template("search.html.j2", words=words, rows=rows, **_chrome(request)))


async def suggest(request: Request) -> Response:
    """The first hits, for a list that follows what is typed."""
    state = request.app.state
    rows = state.index.search(request.query_params.get("q", ""), 8)
    hits = [
        {"title": row["title"], "where": row["where"], "snippet": str(row["snippet"]), "address": state.links.page(row)}
        for row in rows
    ]
    return JSONResponse(hits, headers={"Cache-Control": "no-store"})


async def home(request: Request) -> Response:
    """The preview's page; what was published last; of one space, its home; of several, a list."""
    state, board = request.app.state, request.app.state.service.board
    if board is not None:  # the preview: its first rendering may not be there yet
        people = "text/html" in request.headers.get("Accept", "")
        await asyncio.get_running_loop().run_in_executor(None, board.ready.wait, 0.3 if people else 60.0)
        if not board.ready.is_set():
            doing = board.doing or "Starting"
            return _html(request, render_template("waiting.html.j2", doing=doing, **_chrome(request)))
        if board.home:
            return RedirectResponse(state.links.page({"id": board.home}))
    if entrance := state.store.entrance():
        return RedirectResponse(state.links.page({"id": entrance}))
    spaces = [row for row in state.store.spaces() if row["homepage"]]
    if len(spaces) == 1:
        return RedirectResponse(state.links.page({"id": spaces[0]["homepage"]}))
    counted = [{**row, "pages": len(state.store.tree_rows(row["id"])) - 1} for row in spaces]
    return _html(request, render_template("home.html.j2", spaces=counted, **_chrome(request)))


async def changes(request: Request) -> Response:
    """Server-sent events: one for each time that something has changed, until somebody leaves or the server ends."""
    state, board = request.app.state, _board(request)

    async def events() -> AsyncIterator[str]:
        seen, told, quiet = None, "", 0.0
        while not state.closing.is_set() and not await request.is_disconnected():
            now = (state.store.revision, board.revision if board else 0)
            if now != seen:
                yield f"data: {now[0]}.{now[1]}\n\n"
                seen, quiet = now, 0.0
            if (progress := _progress(board)) != told:
                told, quiet = progress, 0.0
                yield f"event: progress\ndata: {progress}\n\n"
            await asyncio.sleep(_BEAT)
            quiet += _BEAT
            if quiet > 15:
                yield ": still here\n\n"
                quiet = 0.0

    return StreamingResponse(events(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


def _progress(board: Board | None) -> str:
    if board is None:
        return ""
    told = {"doing": board.doing, "done": board.done, "total": board.total, "ready": board.ready.is_set()}
    return json.dumps(told)


async def show_static(request: Request) -> Response:
    """A style sheet or script of the view."""
    name = request.path_params["name"]
    text = static_files().get(name)
    if text is None:
        return not_found(request, f"There is no file {name[:100]}.", "File not found")
    media = "text/css" if name.endswith(".css") else "text/javascript"
    return Response(text, media_type=media, headers={"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})


def view_routes() -> list[Route]:
    return [
        Route("/", home),
        Route("/search", search),
        Route("/changes", changes),
        Route("/search.json", suggest),
        Route("/static/{name}", show_static),
        Route("/files/{page:int}/{attachment:int}", show_file),
        Route("/wiki/pages/{page:int}", show_page),
        Route("/x/{page:int}", show_page),
        Route("/wiki/x/{page:int}", show_page),
        Route("/wiki/pages/{page:int}/diff", show_diff),
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
