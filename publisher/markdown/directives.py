"""MyST's and Jupyter Book's directives that are written as fences, such as ``{note}`` and ``{figure} a.png``; labels."""

import re

from publisher.markdown.boxes import CALLOUTS, FOLDED, build_figure
from publisher.markdown.builder import Builder
from publisher.markdown.containers import read_options
from publisher.markdown.fences import build_fence
from publisher.markdown.gathered import Token
from publisher.model.document import Block, Callout, CodeBlock, Expand, Macro, Paragraph
from publisher.model.inlines import Anchor, Mark
from publisher.storage import clean_text

#: A line that names what follows it: ``(name)=``.
_LABEL = re.compile(r"\((?P<name>[\w:.-]+)\)=")
_HEAD = re.compile(r"\{(?P<name>[a-z][a-z-]*)\}[ \t]*(?P<argument>[^\n]*)")
_VERSIONS = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
}
_CODE = {"code-block", "code", "sourcecode", "code-cell"}
_FOLDS = (FOLDED | {"tab-item", "tab", "toggle"}) - {"details"}
#: They only group what they hold; an argument is its title.
_GROUPS = {
    "tab-set", "tabs", "grid", "grid-item", "grid-item-card", "card", "container", "div", "sidebar", "margin", "topic", "epigraph",
    "list-table", "exercise", "solution", "theorem", "proof",
}  # fmt: skip
#: They are about the site, or about its index.
_SILENT = {"toctree", "tableofcontents", "index"}


def build_label(builder: Builder, source: str, line: int) -> list[Block] | None:
    """The anchor that a paragraph is; None for text."""
    label = _LABEL.fullmatch(source)
    if label is None:
        return None
    builder.gather(anchor := (Anchor(label["name"]),))
    return [Paragraph(anchor, line)]


def build_code(builder: Builder, token: Token, line: int) -> list[Block]:
    """What a ``block_code`` token becomes: a directive, else code."""
    found = _build_directive(builder, token, line)
    return [build_fence(builder, token, line)] if found is None else found


def _build_directive(builder: Builder, token: Token, line: int) -> list[Block] | None:
    """The blocks of a directive; None for code, and for a directive that is not known."""
    head = _HEAD.fullmatch((token.get("attrs", {}).get("info") or "").strip())
    if head is None:
        return None
    name, argument = head["name"], head["argument"].strip()
    options, body = read_options(token["raw"])
    if name in _SILENT:
        return []
    if name == "contents":
        return [Macro("toc", line)]
    if name in _CODE:
        language = re.sub(r"^ipython\d?$", "python", argument)
        numbered = "linenos" in options or "lineno-start" in options
        code = body.lstrip("\n") if options else body
        text = builder.code(code.removesuffix("\n"), line)
        return [CodeBlock(text, clean_text(language), clean_text(options.get("caption", "")), line, numbered)]
    if name == "math":
        return [builder.math(body, line)]
    if name in {"figure", "image"} and argument:
        words = " ".join(body.split()) if name == "figure" else ""
        return build_figure(builder, {**options, "src": argument, "caption": words}, line)
    return _build_box(builder, name, argument, options, (body, line))


def _build_box(
    builder: Builder, name: str, argument: str, options: dict[str, str], body: tuple[str, int]
) -> list[Block] | None:
    """What holds Markdown. ``body``: its text, which begins on the next line, and the line of the directive."""
    text, line = body
    if name not in _FOLDS | _GROUPS | set(CALLOUTS) | set(_VERSIONS):
        return None
    if name in _FOLDS:
        title = builder.title_of(argument, line) or name.capitalize()
        return [Expand(title, builder.blocks_in(text, line + 1, fixed=False), line)]
    first = ""  # words of the text on the line of the directive
    if name in _VERSIONS:
        argument, _, first = argument.partition(" ")
        argument = f"{_VERSIONS[name]} {argument}"
    elif name in CALLOUTS and name != "admonition":
        argument, first = name.capitalize() if name != "seealso" else "See also", argument
    blocks = builder.blocks_in(f"{first}\n{text}", line, fixed=False)
    title_nodes = builder.styled(clean_text(argument), line) if argument else ()
    if name in _GROUPS:
        return [*([Paragraph((Mark("strong", title_nodes),), line)] if title_nodes else []), *blocks]
    classes = options.get("class", "").split()
    kind = next((word for word in classes if word in CALLOUTS), name)
    return [Callout(CALLOUTS.get(kind, "info"), title_nodes, blocks, line)]
