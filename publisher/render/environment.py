"""Jinja2 as our templates need it. Apart from ``templates``, because it is imported when one is rendered, and not before."""

from collections.abc import Callable
from pathlib import Path

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from publisher.errors import UsageError
from publisher.render.limits import LimitedEnvironment
from publisher.storage import cdata


class _OwnTemplates(jinja2.FileSystemLoader):
    """A team's templates: nothing else in their folder can be included, be it ``.env`` or ``.git/config``."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        if not template.endswith(".xml.j2") or any(part.startswith(".") for part in template.split("/")):
            raise jinja2.TemplateNotFound(template)
        return super().get_source(environment, template)


def make_environment(folder: str, ours: Path) -> jinja2.Environment:
    """Our templates, and those of a team's ``folder`` before them: within limits where there is one."""
    kind = LimitedEnvironment if folder else ImmutableSandboxedEnvironment
    environment = kind(
        loader=jinja2.ChoiceLoader([*([_OwnTemplates(folder)] if folder else []), jinja2.FileSystemLoader(ours)]),
        autoescape=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["cdata"] = lambda text: Markup(cdata(str(text)))  # noqa: S704 - cdata escapes
    return environment


def check_template(environment: jinja2.Environment, path: Path) -> None:
    """UsageError, with file and line, for one that is not valid."""
    try:
        environment.get_template(path.name)
    except jinja2.TemplateSyntaxError as error:
        raise UsageError(f"{path}:{error.lineno}: the template is not valid: {error.message}") from None
