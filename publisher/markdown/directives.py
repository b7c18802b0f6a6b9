"""MyST's and Jupyter Book's directives that are written as fences, such as ``{note}`` and ``{figure} a.png``; labels."""

import re

from publisher.markdown.boxes import CALLOUTS, build_figure
from publisher.markdown.builder import Builder
from publisher.markdown.containers import read_options
from publisher.markdown.directive_blocks import Directive, build_known
from publisher.markdown.directive_fences import read_directive_options
from publisher.markdown.directive_names import CODE, FOLDS, GROUPS, SILENT, VERSIONS
from publisher.markdown.fences import build_fence
from publisher.markdown.gathered import Token
from publisher.model.document import Block, Callout, CodeBlock, Expand, Macro, Paragraph
from publisher.model.inlines import Anchor, Mark
from publisher.storage import clean_text

#: A line that names what follows it: ``(name)=``.
_LABEL = re.compile(r"\((?P<name>[\w:.-]+)\)=")
_ANY = re.compile(r"\{(?P<name>[A-Za-z][\w:.+-]*)\}[ \t]*(?P<argument>[^\n]*)")
_HEAD = re.compile(r"\{(?P<name>[a-z][a-z-]*)\}[ \t]*(?P<argument>[^\n]*)")


def build_label(builder: Builder, source: str, line: int) -> list[Block] | None:
    """The anchor that a paragraph is; None for text."""
    label = _LABEL.fullmatch(source)
    if label is None:
        return None
    builder.gather(anchor := (Anchor(label["name"]),))
    return [Paragraph(anchor, line)]


def build_code(builder: Builder, token: Token, line: int) -> list[Block]:
    """What a ``block_code`` token becomes: a directive, else code."""
    if "directives" in builder.grammar.syntaxes:
        found = _build_any(builder, token, line)
    else:
        found = _build_directive(builder, token, line)
    return [build_fence(builder, token, line)] if found is None else found


def _build_any(builder: Builder, token: Token, line: int) -> list[Block] | None:
    """The blocks of a directive in a dialect that has all of them; None for code."""
    head = _ANY.fullmatch((token.get("attrs", {}).get("info") or "").strip())
    if head is None:
        return None
    options, text = read_directive_options(token["raw"])
    return build_known(builder, Directive(head["name"], head["argument"].strip(), options, text, line))


def build_directive(builder: Builder, token: Token, line: int) -> list[Block]:
    """What a directive between colons becomes, and a target."""
    options, text = read_directive_options(token["inner"])
    if token.get("heads"):
        options = {"heads": ""}
    return build_known(builder, Directive(token["name"], token["argument"], options, text, line, token["children"]))


def _build_directive(builder: Builder, token: Token, line: int) -> list[Block] | None:
    """The blocks of a directive; None for code, and for a directive that is not known."""
    head = _HEAD.fullmatch((token.get("attrs", {}).get("info") or "").strip())
    if head is None:
        return None
    name, argument = head["name"], head["argument"].strip()
    options, body = read_options(token["raw"])
    if name in SILENT:
        return []
    if name == "contents":
        return [Macro("toc", line)]
    if name in CODE:
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
    if name not in FOLDS | GROUPS | set(CALLOUTS) | set(VERSIONS):
        return None
    if name in FOLDS:
        title = builder.title_of(argument, line) or name.capitalize()
        return [Expand(title, builder.blocks_in(text, line + 1, fixed=False), line)]
    first = ""  # words of the text on the line of the directive
    if name in VERSIONS:
        argument, _, first = argument.partition(" ")
        argument = f"{VERSIONS[name]} {argument}"
    elif name in CALLOUTS and name != "admonition":
        argument, first = name.capitalize() if name != "seealso" else "See also", argument
    blocks = builder.blocks_in(f"{first}\n{text}", line, fixed=False)
    title_nodes = builder.styled(clean_text(argument), line) if argument else ()
    if name in GROUPS:
        return [*([Paragraph((Mark("strong", title_nodes),), line)] if title_nodes else []), *blocks]
    classes = options.get("class", "").split()
    kind = next((word for word in classes if word in CALLOUTS), name)
    return [Callout(CALLOUTS.get(kind, "info"), title_nodes, blocks, line)]
