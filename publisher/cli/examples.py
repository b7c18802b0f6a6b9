"""Examples at the end of each command's help. A test parses each of them, and there are at least two for each command."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from publisher.cli.filters import VALUES

if TYPE_CHECKING:
    from publisher.confluence.operations.types import Argument, Operation

_TABLE = """
publish docs --space DOCS
publish docs --sandbox
publish docs --since main --report report.json
plan docs --space DOCS
plan docs --diff --exit-code
plan docs --offline --base main --format markdown
watch docs --sandbox --preview
watch docs --space DOCS --scratch Drafts
status docs
status docs --diff --exit-code
comments docs
comments docs --reply 345678 Done
sandbox --open
sandbox --port 8095 --flavor datacenter --space DOCS
check docs
check docs --strict --ignore missing-alt
check docs --since main --format sarif
explain broken-link
explain
preview docs --open
preview docs --output site
convert docs/index.md
convert docs --output out
pull docs --diff
pull docs/guide.md --labels
import --space DOCS --check
import --page 123456 --output docs --dialect mkdocs
accept docs/guide.md
accept docs/guide --space DOCS
adopt docs --space DOCS --parent Handbook
adopt docs --space DOCS --compat mark --yes
undo-prune docs
undo-prune docs --sandbox
unpublish docs
unpublish docs --sandbox --yes
unlock docs
unlock --collection handbook
search "type = page and text ~ release"
search "label = howto" --limit 10 --format json
api GET /api/v2/spaces --paginate
api GET /rest/api/content --field spaceKey=DOCS
api PUT /api/v2/pages/123456/title --field title=Home --field status=current
mcp --space DOCS
mcp --allow-writes
init
init --docs docs --url https://example.atlassian.net --space DOCS
login
login --url https://example.atlassian.net --user you@example.com
logout
logout --url https://example.atlassian.net
doctor --space DOCS
doctor --url https://example.atlassian.net --user you@example.com
config
config docs --profile staging
schema > publisher.schema.json
schema front-matter
completion bash >> ~/.bashrc
completion fish > ~/.config/fish/completions/publisher.fish
help publish
help page list
version
version && publisher doctor
"""


def examples_of(path: str) -> Sequence[str]:
    """Lines for a command, or a group of commands, by its path: ``page list``."""
    own = [line for line in _TABLE.strip().splitlines() if line.split(" ")[0] == path.split(" ")[0]]
    if not path:
        own = ["publish docs --sandbox", "check docs", "help publish"]
    elif not own:
        from publisher.confluence.operations.table import OPERATIONS  # for those who ask for the help of one of them

        made = [operation for operation in OPERATIONS if path in (operation.name, operation.resource)]
        found = [line for operation in made for line in _of_operation(operation)]
        own = found if len(made) == 1 else found[::2][:3]
    return [f"publisher {line}" for line in own]


def _of_operation(operation: "Operation") -> Iterator[str]:
    """What must be given, and the same with more."""
    from publisher.confluence.operations.table import COLUMNS

    options = [argument for argument in operation.options if argument.required]
    needed = " ".join([operation.name, *map(_value, operation.arguments), *map(_option, options)]).replace("  ", " ")
    more = next((argument for argument in operation.options if not argument.required), None)
    yield needed + (" --yes" if operation.confirm else "")
    if operation.paged and operation.result:
        columns = COLUMNS.get(operation.result, ("id", "title"))
        yield f"{needed} --limit 10 --columns {','.join(columns[:2])}"
    elif more:
        yield f"{needed} {_option(more)}" + (" --yes" if operation.confirm else "")
    else:
        yield f"{needed} --format json"


def _value(argument: "Argument") -> str:
    return VALUES.get(argument.name, argument.name)


def _option(argument: "Argument") -> str:
    return f"--{argument.name}" + ("" if argument.kind == "flag" else f" {_value(argument)}")
