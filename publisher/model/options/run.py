"""What one run is told, beside the settings of a collection."""

from typing import Annotated

from msgspec import Struct

from publisher.model.options.option import option


class RunOptions(Struct, frozen=True, kw_only=True):
    """Which settings to use, and where."""

    profile: Annotated[str, option("text", "profile of publisher.yml to use", in_file=False, example="staging")] = ""
    scratch: Annotated[
        str,
        option(
            "text",
            "publish below this page, apart from the real pages, for colleagues to read along",
            in_file=False,
            example="Drafts",
        ),
    ] = ""
    name: Annotated[
        str,
        option(
            "text", "name of the scratch collection, also shown behind its titles", in_file=False, example="try-out"
        ),
    ] = ""
    editor: Annotated[
        str,
        option(
            "text",
            "editor that the preview opens files in: vscode, idea, sublime, … or an address with {file} and {line}; none: no links",
            in_file=False,
            example="idea",
        ),
    ] = "vscode"
    sandbox_state: Annotated[
        str, option("path", "file that holds the sandbox's state", in_file=False, example="sandbox.sqlite")
    ] = ""
