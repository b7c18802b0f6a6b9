"""Goes through the page tree, and draws and fetches what it finds. The stage between the page tree and rendering."""

import posixpath
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from publisher.model.document import DIAGRAMS
from publisher.model.problem import Problem, problem, unreadable
from publisher.model.tree import AttachmentTarget, ExternalTarget, Page, PageTree
from publisher.pictures.cache import cached
from publisher.pictures.drawers import NotDrawn, Tools, check_reach, draw, suffix_of
from publisher.storage import digest

if TYPE_CHECKING:
    from publisher.web.images import Fetcher


class Pictures(Struct, frozen=True):
    """``drawn``: (language of the fence, ``math``, ``drawio`` or ``image``; source) → the picture of it."""

    drawn: dict[tuple[str, str], AttachmentTarget]
    problems: tuple[Problem, ...]


class _Wish(Struct, frozen=True):
    """A diagram or formula at a place. ``word``: as the renderer will ask for it."""

    kind: str
    word: str
    text: str
    page: str
    line: int | None


def _wishes(page: Page) -> Iterator[_Wish]:
    for drawable in page.document.drawables if page.document else ():
        kind = DIAGRAMS.get(drawable.word, drawable.word)
        yield _Wish(kind, drawable.word, drawable.text, page.key, drawable.line)
    for target in page.targets.values():
        if isinstance(target, AttachmentTarget) and target.path.suffix.lower() == ".drawio":
            yield _Wish("drawio", "drawio", str(target.path), page.key, None)


def gather_pictures(tree: PageTree, tools: Tools, *, download: bool, allow_private: bool, jobs: int) -> Pictures:
    """Everything that can be drawn or fetched. What cannot be stays code, or a link; one problem a page and kind says so."""
    drawn: dict[tuple[str, str], AttachmentTarget] = {}
    problems: dict[tuple[str, str, str], Problem] = {}
    wishes: dict[tuple[str, str], list[_Wish]] = {}
    for page in tree.pages.values():
        for wish in _wishes(page):
            if tools.way(wish.kind) in {"program", "kroki"}:
                wishes.setdefault((wish.word, wish.text), []).append(wish)
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        made = {key: pool.submit(_draw, same[0], tools) for key, same in wishes.items()}
        for key, future in made.items():
            first = wishes[key][0]
            try:
                drawn[key] = future.result()
            except NotDrawn as error:
                missing = bool(error.install)
                code = "no-drawer" if missing else "not-drawn"
                for wish in wishes[key]:
                    text = f"{first.kind}: {error}; the source is shown as code"
                    place = (wish.page, first.kind, "" if missing else first.text)
                    line = (
                        wish.line + error.line
                        if wish.line and error.line and wish.kind not in {"drawio", "math"}
                        else wish.line
                    )
                    problems.setdefault(place, problem(wish.page, line, code, text, error.install))
    if download:
        _fetch_all(tree, drawn, problems, allow_private=allow_private, jobs=jobs)
    return Pictures(drawn, tuple(problems.values()))


def _draw(wish: _Wish, tools: Tools) -> AttachmentTarget:
    try:
        text = Path(wish.text).read_text(encoding="utf-8", errors="replace") if wish.kind == "drawio" else wish.text
    except OSError as error:
        raise NotDrawn(f"the file {unreadable(error)[0]}") from None
    if tools.way(wish.kind) == "program":  # before the cache is asked: a program of another time may have drawn it
        check_reach(wish.kind, text)
    suffix = suffix_of(wish.kind)
    inputs = f"{wish.kind}\0{tools.way(wish.kind)}\0{text}"
    path = cached(suffix, inputs, lambda: draw(wish.kind, text, tools))
    # The name tells the source, not the picture: programs of two versions draw other bytes under the same name.
    return AttachmentTarget(f"{wish.kind}-{digest(text)[:12]}{suffix}", path)


def _fetch_all(
    tree: PageTree,
    drawn: dict[tuple[str, str], AttachmentTarget],
    problems: dict[tuple[str, str, str], Problem],
    *,
    allow_private: bool,
    jobs: int,
) -> None:
    from publisher.web.images import Fetcher, NotFetched  # needs the HTTP library, which few conversions do

    places: dict[str, list[tuple[str, str, int]]] = {}
    for page in tree.pages.values():
        for image in page.document.images if page.document else ():
            target = page.targets["!" + image.src]
            if isinstance(target, ExternalTarget):
                places.setdefault(target.url, []).append((page.key, image.src, image.line))
    fetcher = Fetcher(allow_private=allow_private)
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        made = {url: pool.submit(_fetch, url, fetcher) for url in places}
        for url, future in made.items():
            try:
                target = future.result()
            except NotFetched as error:
                for key, source, line in places[url]:
                    text = f"the image {url[:100]} cannot be downloaded: {error}; the page links to it"
                    problems.setdefault((key, "image", source), problem(key, line, "not-downloaded", text))
            else:
                drawn |= {("image", source): target for _, source, _ in places[url]}
    fetcher.close()


def _fetch(url: str, fetcher: "Fetcher") -> AttachmentTarget:
    suffix, data = fetcher.fetch(url)
    path = cached(suffix, f"image\0{digest(data)}", lambda: data)
    name = posixpath.splitext(posixpath.basename(unquote(urlsplit(url).path)))[0]
    stem = re.sub(r"[^\w.-]+", "_", name)[:60] or "image"
    return AttachmentTarget(f"{stem}-{digest(url)[:6]}{suffix}", path)
