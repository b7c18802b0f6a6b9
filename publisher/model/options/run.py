"""What one run is told, beside the settings of a collection."""

from dataclasses import dataclass

from publisher.model.options.option import option


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """Which settings to use, and where."""

    profile: str = option("text", "profile of publisher.yml to use", in_file=False, example="staging")
    scratch: str = option(
        "text",
        "publish below this page, apart from the real pages, for colleagues to read along",
        in_file=False,
        example="Drafts",
    )
    name: str = option(
        "text", "name of the scratch collection, also shown behind its titles", in_file=False, example="try-out"
    )
    editor: str = option(
        "text",
        "editor that the preview opens files in: vscode, idea, sublime, … or an address with {file} and {line}; none: no links",
        "vscode",
        in_file=False,
        example="idea",
    )
    sandbox_state: str = option("path", "file that holds the sandbox's state", in_file=False, example="sandbox.sqlite")
