"""The view's templates, style sheet and content policy."""

from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from pygments.formatters import HtmlFormatter

from publisher.sandbox.view.icons import icon

_VIEW = Path(__file__).parent
#: The parts of the style sheet and of the script, in their order. `theme.js` is apart: it comes before the first paint.
_STYLES = ("chrome.css", "page.css")
_SCRIPTS = ("base.js", "tree.js", "find.js", "problems.js", "page.js", "comments.js", "live.js")


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
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_VIEW / "templates"), autoescape=True, trim_blocks=True
    )
    environment.globals |= {"icon": icon, "static": "/static"}
    environment.filters["day"] = lambda text: str(text)[:16].replace("T", " ")
    return environment


def render_template(name: str, **values: Any) -> str:
    return _environment().get_template(name).render(values)


def static_files() -> dict[str, str]:
    """Name and text of each file that the pages load."""
    styles, scripts = ("\n".join(map(_read, names)) for names in (_STYLES, _SCRIPTS))
    return {"theme.js": _read("theme.js"), "view.js": scripts, "view.css": styles + _code_colours()}


def _read(name: str) -> str:
    return (_VIEW / "static" / name).read_text(encoding="utf-8")


@cache
def _code_colours() -> str:
    """The colours of code, for light and dark."""
    light = str(HtmlFormatter(style="default").get_style_defs(":root .code"))  # type: ignore[no-untyped-call]
    dark = str(HtmlFormatter(style="github-dark").get_style_defs(":root[data-theme=dark] .code"))  # type: ignore[no-untyped-call]
    return _only_colours(light) + _only_colours(dark)


def _only_colours(rules: str) -> str:
    """The rules of a highlighting style without its background and line numbers, which are ours."""
    return "\n".join(line for line in rules.splitlines() if ".code ." in line and "linenos" not in line) + "\n"
