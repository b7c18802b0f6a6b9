"""Addresses that open a file in somebody's editor, at a line."""

import re
from pathlib import Path
from urllib.parse import quote

from publisher.errors import UsageError

#: Name → address; ``{file}`` is the path without its first slash, ``{line}`` a number.
EDITORS = {
    "vscode": "vscode://file/{file}:{line}",
    "vscode-insiders": "vscode-insiders://file/{file}:{line}",
    "vscodium": "vscodium://file/{file}:{line}",
    "cursor": "cursor://file/{file}:{line}",
    "windsurf": "windsurf://file/{file}:{line}",
    "zed": "zed://file/{file}:{line}",
    "idea": "idea://open?file=/{file}&line={line}",
    "pycharm": "pycharm://open?file=/{file}&line={line}",
    "webstorm": "webstorm://open?file=/{file}&line={line}",
    "sublime": "subl://open?url=file:///{file}&line={line}",
    "emacs": "org-protocol://open-source?url=file:///{file}&line={line}",
    "textmate": "txmt://open?url=file:///{file}&line={line}",
    "none": "",
}
#: What a browser would run, or load a page from.
_NO_EDITORS = ("javascript:", "data:", "vbscript:", "blob:", "about:")


def editor_template(name: str) -> str:
    """The address of an editor by its name, or as it was given. UsageError if it is neither."""
    if name in EDITORS:
        return EDITORS[name]
    if "{file}" not in name or not re.match(r"[a-z][a-z0-9+.-]*:", name, re.I) or name.lower().startswith(_NO_EDITORS):
        known = ", ".join(EDITORS)
        raise UsageError(
            f"editor {name!r} is not known: name one of {known}, or an address such as myeditor://{{file}}:{{line}}"
        )
    return name


def editor_address(template: str, file: Path, line: int | None) -> str:
    """Where a click leads; empty without an editor."""
    path = quote(file.as_posix().lstrip("/"), safe="/:")
    return template.replace("{file}", path).replace("{line}", str(line or 1))
