"""The macros: every ``ac:`` and ``ri:`` element is written by a file below ``templates/macros``.

A team's own folder (setting ``templates``) may add macros and override ours. Those files are in the hands of whoever
opens a pull request, so they run in Jinja2's sandbox, without loops over more than a document needs, files or Python.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec import Struct, field

from publisher.errors import UsageError
from publisher.storage import digest

if TYPE_CHECKING:  # many documents need no template
    from jinja2 import Environment, Template

_PACKAGE = Path(__file__).parent.parent
#: The first line of a template says what it takes: ``{#- note: level, owner=nobody, body. Anything else. -#}``.
_DECLARATION = re.compile(r"\{#-?\s*(?P<name>[\w-]+)\s*:\s*(?P<names>[^.#}]*)")


class Templates(Struct):
    """The macros that there are: ours, and those of a team's own ``folder``. ``own``: parameters → defaults of the latter.

    ``overridden``: the folder has one of ours, too.
    """

    folder: str = ""
    own: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    overridden: bool = False
    loaded: "dict[str, Template]" = field(default_factory=dict)
    _environment: "Environment | None" = None

    @property
    def environment(self) -> "Environment":
        """Jinja2, which is imported when the first template is asked for."""
        if self._environment is None:
            from publisher.render.environment import make_environment

            self._environment = make_environment(self.folder, _ours())
        return self._environment

    def render(self, name: str, /, **values: object) -> str:
        """The storage format of a macro. Values are escaped unless they are ``Markup``."""
        template = self.loaded.get(name)
        if template is None:
            template = self.loaded[name] = self.environment.get_template(f"{name}.xml.j2")
        if self.folder:
            from publisher.render.limits import LimitedEnvironment, render_within

            assert isinstance(template.environment, LimitedEnvironment), "a team's templates run within limits"
            return render_within(template.environment, template, values)
        # Ours use no globals of Jinja2, so that the values need not be joined with them.
        return "".join(template.root_render_func(template.new_context(values, shared=True)))

    def render_own(self, name: str, parameters: Mapping[str, str], body: str) -> str:
        """A macro of the team's own. ValueError says what is wrong with the parameters, or went wrong inside."""
        from jinja2 import TemplateError

        declared = self.own[name]
        unknown, missing = set(parameters) - set(declared), set()
        values: dict[str, object] = {"body": markup(body)}
        for key, default in declared.items():
            if key != "body":
                values[key] = parameters.get(key, default)
                missing |= {key} if values[key] is None else set()
        if unknown or missing:
            text = f"has no parameter `{min(unknown)}`" if unknown else f"needs the parameter `{min(missing)}`"
            raise ValueError(f"{text}; known: {', '.join(declared) or 'none'}")
        try:
            return self.render(name, **values).strip()
        except TemplateError as error:
            raise ValueError(f"failed in its template: {error}") from None
        except RecursionError:
            raise ValueError("failed in its template: it includes or calls itself") from None
        except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"failed in its template: {str(error)[:200]}") from None

    def names(self) -> list[str]:
        """Every macro."""
        return sorted(name.removesuffix(".xml.j2") for name in self.environment.list_templates())


def _ours() -> Path:
    installed = _PACKAGE / "templates"  # in the wheel; in a checkout they stand at the repository's root
    return (installed if installed.is_dir() else _PACKAGE.parent / "templates") / "macros"


def _declared(path: Path) -> dict[str, str | None]:
    first = _DECLARATION.match(path.read_text(encoding="utf-8"))
    if not first or first["name"] != path.name.removesuffix(".xml.j2"):
        name = path.name.removesuffix(".xml.j2")
        raise UsageError(
            f"{path}:1: the first line must declare the parameters: {{#- {name}: one, two=default, body -#}}"
        )
    parts = [part.strip().partition("=") for part in first["names"].split(",") if part.strip()]
    return {name.strip(): value.strip() if equals else None for name, equals, value in parts}


@cache
def _load(folder: str, state: str) -> Templates:
    """``state``: a digest of the folder's files, so that a change loads them again."""
    files = sorted(Path(folder).glob("*.xml.j2")) if folder else []
    own = {path.name.removesuffix(".xml.j2"): _declared(path) for path in files}
    new = {name: parameters for name, parameters in own.items() if not (_ours() / f"{name}.xml.j2").exists()}
    made = Templates(folder, new, overridden=len(new) < len(own))
    if files:
        from publisher.render.environment import check_template

        for path in files:
            check_template(made.environment, path)
    return made


def load_templates(folder: str = "") -> Templates:
    """Our templates, and those of ``folder`` before them. UsageError, with file and line, for one that is not valid."""
    files = template_files(folder)
    return _load(folder, digest("\0".join(f"{path}\0{path.read_text(encoding='utf-8')}" for path in files)))


def template_files(folder: str) -> list[Path]:
    """All that a team's templates may consist of: those in folders below can be included."""
    return sorted(Path(folder).rglob("*.xml.j2")) if folder else []


def markup(storage: str) -> Markup:
    """Marks what we rendered ourselves, so that templates do not escape it again."""
    return Markup(storage)  # noqa: S704 - made by our own renderer


def macro_names() -> list[str]:
    """The macros that there are without a team's own."""
    return load_templates().names()
