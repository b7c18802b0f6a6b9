"""The door to Jinja2: every ``ac:`` and ``ri:`` element is written by a file below ``templates/macros``."""

from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from publisher.storage import cdata

_PACKAGE = Path(__file__).parent.parent


@cache
def _environment() -> jinja2.Environment:
    installed = _PACKAGE / "templates"  # in the wheel; in a checkout they stand at the repository's root
    folder = installed if installed.is_dir() else _PACKAGE.parent / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["cdata"] = lambda text: Markup(cdata(str(text)))  # noqa: S704 - cdata escapes
    return environment


@cache
def _template(name: str) -> jinja2.Template:
    return _environment().get_template(f"macros/{name}.xml.j2")


def render_macro(name: str, /, **values: object) -> str:
    """The storage format of a macro. Values are escaped unless they are ``Markup``."""
    return _template(name).render(**values)


def markup(storage: str) -> Markup:
    """Marks what we rendered ourselves, so that templates do not escape it again."""
    return Markup(storage)  # noqa: S704 - made by our own renderer


def macro_names() -> list[str]:
    """The macros that there are."""
    return sorted(
        name.split("/")[1].split(".")[0] for name in _environment().list_templates() if name.startswith("macros/")
    )
