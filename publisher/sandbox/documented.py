"""The operations that Atlassian's documents of Cloud's API list, so that those which the sandbox has not say so."""

from functools import cache
from pathlib import Path


@cache
def documented_operations() -> tuple[tuple[str, str], ...]:
    """(method, path) of each, from the site's root."""
    text = (Path(__file__).parent / "operations.txt").read_text(encoding="utf-8")
    lines = (line.split(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    return tuple((method, path) for method, path in lines)
