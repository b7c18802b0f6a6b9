"""Images of other sites, downloaded to be attached.

Their addresses come from the documents: no login goes with a request, no private address is reached unless that is
allowed, and what is no image is refused.
"""

import httpx

from publisher.web.public import outside_transport

MOST_BYTES = 20 * 1024 * 1024
SUFFIXES = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/svg+xml": ".svg",
    "image/bmp": ".bmp",
}  # fmt: skip


class NotFetched(Exception):
    """``str()`` says why."""


class Fetcher:
    """Downloads images. One for a run, so that connections are used again."""

    def __init__(self, *, allow_private: bool = False) -> None:
        self.client = httpx.Client(
            transport=outside_transport(allow_private=allow_private), follow_redirects=True, timeout=30, trust_env=False
        )

    def fetch(self, url: str) -> tuple[str, bytes]:
        """(suffix, bytes) of an image. NotFetched."""
        try:
            with self.client.stream("GET", url, headers={"Accept": "image/*"}) as answer:
                if answer.status_code != 200:
                    raise NotFetched(f"the site answers {answer.status_code}")
                suffix = SUFFIXES.get(answer.headers.get("Content-Type", "").partition(";")[0].strip().lower())
                if suffix is None:
                    raise NotFetched(f"it is no image but {answer.headers.get('Content-Type', 'of no type')}")
                data = b""
                for part in answer.iter_bytes():
                    data += part
                    if len(data) > MOST_BYTES:
                        raise NotFetched(f"it is larger than {MOST_BYTES // 1024 // 1024} MiB")
                return suffix, data
        except httpx.HTTPError as error:
            raise NotFetched(str(error) or type(error).__name__) from None
        except (httpx.InvalidURL, ValueError) as error:
            raise NotFetched(f"it is not an address: {error}") from None

    def close(self) -> None:
        self.client.close()
