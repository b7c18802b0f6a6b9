"""Asks a Kroki server, which a person named, to draw a diagram."""

import httpx

_MOST = 20_000_000  # bytes of a picture


class KrokiFailed(Exception):
    """The server cannot be reached, or does not draw it. ``str()`` says why."""


def ask_kroki(url: str, kind: str, form: str, text: str, seconds: float) -> bytes:
    """The picture of a diagram. ``form``: svg or png. KrokiFailed."""
    try:
        answer = httpx.post(
            f"{url.rstrip('/')}/{kind}/{form}",
            content=text.encode(),
            headers={"Content-Type": "text/plain"},
            timeout=seconds,
        )
    except httpx.HTTPError as error:
        raise KrokiFailed(f"the Kroki server cannot be reached: {error}") from None
    except httpx.InvalidURL as error:
        raise KrokiFailed(f"the address of the Kroki server is none: {error}") from None
    if answer.status_code != 200:
        raise KrokiFailed(f"the Kroki server answers {answer.status_code}: {answer.text.strip()[:200]}")
    if len(answer.content) > _MOST:
        raise KrokiFailed("the Kroki server answers with a picture that is too large")
    return answer.content
