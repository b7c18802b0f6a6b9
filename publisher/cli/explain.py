"""What a problem code means: its page of the guide, on the terminal."""

import difflib
import re
import sys
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from publisher.cli.help import command
from publisher.cli.shared import guarded
from publisher.errors import UsageError
from publisher.model.problem import CODES, Level
from publisher.naming import count_of

_PACKAGE = Path(__file__).parent.parent
_FENCE = re.compile(r"^(`{3,}|~{3,})(\w*) title=\"([^\"]*)\"$", re.M)
#: A fenced block, which stays as it is, or a link within the guide, of which the text stays.
_LINK = re.compile(r"^(?P<block>(`{3,}|~{3,}).*?^\2$)|\[(?P<text>[^\]\n]*)\]\((?!https?:)[^()\n]*\)", re.M | re.S)
_NEAR = 3  # codes to suggest


def complete_code(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The codes that begin so, for a shell."""
    return [CompletionItem(code, help=CODES[code][1]) for code in CODES if code.startswith(incomplete)]


@command()
@click.argument("codes", nargs=-1, metavar="[CODE]...", shell_complete=complete_code)
@guarded
def explain(codes: tuple[str, ...]) -> int:
    """Explain a problem: what it means, why it matters, an example and the fix. Without a code, list them all."""
    if not codes:
        click.echo("\n".join(_overview()))
        return 0
    _show("\n\n".join(map(_page, codes)))
    return 0


def _page(code: str) -> str:
    """The Markdown of a code's page. A file that a block shows is named above it, for no terminal shows titles."""
    name = code.strip("`").lower().replace("_", "-")
    if name not in CODES:
        near = difflib.get_close_matches(name, CODES, _NEAR, 0.5) or [each for each in CODES if name in each][:_NEAR]
        meant = f": did you mean {' or '.join(f'`{each}`' for each in near)}?" if near else ""
        raise UsageError(f"unknown problem code `{code}`{meant or '; `publisher explain` lists them all'}")
    text = (_folder() / f"{name}.md").read_text(encoding="utf-8")
    plain = _LINK.sub(lambda found: found["block"] or found["text"], _FENCE.sub(r"`\3`:\n\n\1\2", text))
    return "\n\n".join(filter(None, (plain.rstrip(), _ignoring(name))))


def _folder() -> Path:
    installed = _PACKAGE / "problems"  # in the wheel; in a checkout they are a part of the guide
    return installed if installed.is_dir() else _PACKAGE.parent / "sample-docs" / "reference" / "problems"


def _ignoring(code: str) -> str:
    if CODES[code][0] is Level.ERROR:
        return ""
    return f"## Ignore it\n\nFor all documents, in `publisher.yml`:\n\n```yaml\nlevels: {{{code}: off}}\n```"


def _show(text: str) -> None:
    if not sys.stdout.isatty() or click.get_current_context().color is False:
        click.echo(text)
        return
    from rich.console import Console  # slow to import
    from rich.markdown import Markdown
    from rich.theme import Theme

    console = Console(width=min(100, Console().width), theme=Theme({"markdown.code": "cyan"}))
    Markdown.elements["heading_open"].LEVEL_ALIGN = dict.fromkeys(("h1", "h2", "h3"), "left")  # type: ignore[attr-defined]
    console.print(Markdown(text, code_theme="ansi_light", hyperlinks=False))


def _overview() -> list[str]:
    width = max(map(len, CODES))
    lines = []
    for level in sorted(Level, reverse=True):
        found = [code for code in CODES if CODES[code][0] is level]
        lines += [f"{count_of(len(found), level.name.lower())}:", ""]
        lines += [f"  {code:<{width}}  {CODES[code][1]}" for code in sorted(found)]
        lines.append("")
    return [*lines, "Run `publisher explain CODE` for an example and the fix."]
