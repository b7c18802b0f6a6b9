"""Whether the addresses of other sites that documents link to still answer. Many at once, few to one site, and never twice a day."""

import json
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx

from publisher._version import __version__
from publisher.model.problem import Problem, problem
from publisher.model.tree import ExternalTarget, PageTree
from publisher.web.public import PrivateAddress, outside_transport

_AT_ONCE = 16  # requests
_AT_ONE_SITE = 2
_PAUSE = 0.1  # seconds between two requests to one site
_KEPT = 24 * 3600.0  # seconds that a good answer is believed
_GONE = {404, 410}


def find_dead_links(tree: PageTree, cache: Path, *, allow_private: bool = False) -> list[Problem]:
    """A problem for each link whose address says that nothing is there, or whose site cannot be reached.

    Refusals (401, 403, 429 and the like) prove nothing. ``cache``: a file of good answers. Loopback and private
    addresses are left alone unless ``allow_private``.
    """
    places: dict[str, list[tuple[str, int]]] = {}
    for page in tree.pages.values():
        for link in page.document.links if page.document else ():
            target = page.targets.get(link.href)
            if isinstance(target, ExternalTarget) and target.url.startswith(("http://", "https://")):
                places.setdefault(target.url.partition("#")[0], []).append((page.key, link.line))
    wrong = _Checker(cache, allow_private=allow_private).check(places)
    return [
        problem(path, line, "dead-link", f"{url}: {why}")
        for url, why in wrong.items()
        for path, line in dict.fromkeys(places[url])
    ]


class _Checker:
    def __init__(self, cache: Path, *, allow_private: bool) -> None:
        self._cache, self._allow_private = cache, allow_private
        self._sites: dict[str, threading.Semaphore] = {}
        self._lock = threading.Lock()

    def check(self, urls: Iterable[str]) -> dict[str, str]:
        """Address → what is wrong."""
        known, now = self._read(), time.time()
        asked = [url for url in urls if now - known.get(url, 0.0) > _KEPT and self._may_ask(url)]
        headers = {"User-Agent": f"publisher/{__version__} (link check)", "Accept": "*/*"}
        # Behind a proxy it is the proxy that looks hosts up, and decides which of them may be reached.
        proxied = bool(getproxies())
        transport = None if proxied else outside_transport(allow_private=self._allow_private, at_once=_AT_ONCE)
        with (
            httpx.Client(headers=headers, follow_redirects=True, timeout=15.0, transport=transport) as client,
            ThreadPoolExecutor(_AT_ONCE) as pool,
        ):
            found = dict(zip(asked, pool.map(lambda url: self._ask(client, url), asked), strict=True))
        self._write({**known, **{url: now for url, why in found.items() if why == ""}}, now)
        return {url: why for url, why in found.items() if why}

    def _may_ask(self, url: str) -> bool:
        try:
            host = (urlsplit(url).hostname or "").lower()
        except ValueError:  # brackets that hold no IPv6 address
            return False
        local = host in {"localhost", "127.0.0.1", "::1"} or host.endswith((".local", ".internal", ".example", ".test"))
        return bool(host) and (self._allow_private or not local)

    def _ask(self, client: httpx.Client, url: str) -> str | None:
        """Empty if the address answers, or refuses us; None if it is a private one. HEAD first, for it costs the site least."""
        host = urlsplit(url).netloc
        with self._lock:
            site = self._sites.setdefault(host, threading.Semaphore(_AT_ONE_SITE))
        with site:
            try:
                answer = client.head(url)
                if answer.status_code not in range(200, 400):
                    with client.stream("GET", url) as answer:
                        pass
            except httpx.TooManyRedirects:
                return "it redirects in a circle"
            except httpx.ConnectError as error:
                return None if isinstance(error.__cause__, PrivateAddress) else f"no answer: {error}"
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                return f"no answer: {error or type(error).__name__}"
            finally:
                time.sleep(_PAUSE)
        gone = answer.status_code in _GONE or answer.status_code >= 500
        return f"the site answers {answer.status_code}" if gone else ""

    def _read(self) -> dict[str, float]:
        try:
            found = json.loads(self._cache.read_text(encoding="utf-8"))
            return {str(url): float(when) for url, when in found.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}

    def _write(self, known: dict[str, float], now: float) -> None:
        fresh = {url: when for url, when in known.items() if now - when <= _KEPT}
        self._cache.parent.mkdir(parents=True, exist_ok=True)
        self._cache.write_text(json.dumps(fresh, indent=0, sort_keys=True), encoding="utf-8")
