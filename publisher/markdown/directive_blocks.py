"""What the directives of MyST, Sphinx, MyST-NB and sphinx-design become, in a dialect that has all of them."""

import re
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from publisher.markdown.boxes import CALLOUTS, build_figure
from publisher.markdown.builder import Builder
from publisher.markdown.cuts import cut_ranges
from publisher.markdown.directive_includes import build_include
from publisher.markdown.directive_names import (
    BARE,
    CARDS,
    DRAWN,
    FOLDS,
    GROUPS,
    MORE_CODE,
    MORE_SILENT,
    QUOTES,
    STATEMENTS,
    VERSIONS,
)
from publisher.markdown.directive_tables import bold_line, build_csv_table, build_list_table
from publisher.markdown.fences import build_fence
from publisher.markdown.gathered import Token
from publisher.markdown.line_comments import find_line_comments, without_comments, without_silent
from publisher.markdown.walk import trim
from publisher.model.document import (
    Block,
    Callout,
    CodeBlock,
    Definition,
    DefinitionList,
    Expand,
    Macro,
    Paragraph,
    Quote,
)
from publisher.model.inlines import Anchor, Code, Inline, Link, Mark, Text
from publisher.naming import LABEL
from publisher.storage import clean_text

_CARD_PARTS = re.compile(r"^[ \t]*\^{3,}[ \t]*$", re.M)
_REMOVED = {"remove-cell", "remove-input", "hide-all"}
_FOLDED = {"hide-input", "hide-cell"}
_MARKUP = re.compile(r"[ \t]*\.\. (?![\w:+.-]+::|_|\[|\|)\S?")


class Directive(Struct, frozen=True):
    """``text``: with empty lines in place of its options. ``tokens``: what it holds, if the parser has read it already."""

    name: str
    argument: str
    options: Mapping[str, str]
    text: str
    line: int
    tokens: Sequence[Token] | None = None

    def blocks(self, builder: Builder) -> tuple[Block, ...]:
        """What it holds, as Markdown."""
        if self.tokens is not None:
            return builder.blocks(self.tokens, self.line + 1)
        return builder.blocks_in(self.visible(), self.line + 1, fixed=False)

    def visible(self) -> str:
        """The text without comments."""
        return cut_ranges(self.text, find_line_comments(self.text))

    def words_only(self) -> str:
        """The text without comments, where nothing in it is code."""
        return without_silent(self.visible())

    def words(self, name: str) -> list[str]:
        """The words of an option."""
        return re.findall(r"[\w.:-]+", self.options.get(name, "").replace("_", "-"))


def build_known(builder: Builder, given: Directive) -> list[Block]:
    """The blocks of a directive, behind the anchor that its name is. One that nobody knows stays, with a notice."""
    name = given.name.lower().removeprefix("prf:")
    found = _build(builder, name, given)
    label = given.options.get("label", "") or given.options.get("name", "")
    if not label and name == "figure-md":
        label = given.argument
    if not label or not found:
        return found
    builder.gather(anchor := (Anchor(clean_text(label)),))
    return [Paragraph(anchor, given.line), *found]


def _build(builder: Builder, name: str, given: Directive) -> list[Block]:
    if name in MORE_SILENT:
        return []
    if name in {"include", "literalinclude"}:
        return build_include(builder, name, given.argument, given.options, given.line)
    if name in _BUILDERS:
        return _BUILDERS[name](builder, given)
    if name in MORE_CODE:
        return _code(builder, name, given)
    if name in DRAWN:
        raw = f"{given.text.strip(chr(10))}\n"
        return [build_fence(builder, {"raw": raw, "attrs": {"info": DRAWN[name]}}, given.line)]
    if name in FOLDS:
        title = builder.title_of(given.argument, given.line) or name.capitalize()
        return [Expand(title, given.blocks(builder), given.line)]
    if name in QUOTES:
        return [Quote(given.blocks(builder), given.line)]
    if name in CARDS:
        return _card(builder, given)
    if name in STATEMENTS:
        title = f"{name.capitalize()} ({given.argument})" if given.argument else name.capitalize()
        return _titled(builder, title if name != "solution" else "Solution", given)
    if name in GROUPS | BARE | {"rubric", "centered", "table"}:
        return _titled(builder, "" if name in BARE else given.argument, given)
    if name in CALLOUTS or name in VERSIONS:
        return [_callout(builder, name, given)]
    if name.startswith("auto") or ":" in name:
        return _described(builder, name, given)
    return _unknown(builder, given)


def _titled(builder: Builder, title: str, given: Directive) -> list[Block]:
    """A line in bold, and below it what the directive holds."""
    return [*bold_line(builder, title, given.line), *given.blocks(builder)]


def _callout(builder: Builder, name: str, given: Directive) -> Block:
    title, first, line = given.argument, "", given.line
    if name in VERSIONS:
        version, _, first = title.partition(" ")
        title = f"{VERSIONS[name]} {version}"
    elif name != "admonition":
        title, first = "See also" if name == "seealso" else name.capitalize(), title
    before = (Paragraph(nodes, line),) if (nodes := builder.styled(clean_text(first), line)) else ()
    classes = given.words("class")
    if "dropdown" in classes:
        return Expand(builder.title_of(title, line) or name.capitalize(), (*before, *given.blocks(builder)), line)
    kind = next((word for word in classes if word in CALLOUTS), name)
    title_nodes = trim(builder.styled(clean_text(title), line))
    if before and given.tokens is None:  # the words and the lines below them are one paragraph
        body = builder.blocks_in(f"{first}\n{given.text}", line, fixed=False)
    else:
        body = (*before, *given.blocks(builder))
    return Callout(CALLOUTS.get(kind, "info"), title_nodes, body, line)


def _code(builder: Builder, name: str, given: Directive) -> list[Block]:
    """Code. A cell of a notebook that is removed is published by nobody."""
    tags = given.words("tags")
    if name == "code-cell" and _REMOVED & set(tags):
        return []
    language = re.sub(r"^ipython\d?$", "python", given.argument.split(" ")[0]) if name != "parsed-literal" else ""
    language = "python" if name == "doctest" else language
    numbered = "linenos" in given.options or "lineno-start" in given.options
    text = given.text.lstrip("\n") if given.options else given.text
    text = builder.code(text.removesuffix("\n"), given.line)
    caption = clean_text(given.options.get("caption", ""))
    found = CodeBlock(text, clean_text(language), caption, given.line, numbered)
    return [Expand("Code", (found,), given.line)] if name == "code-cell" and _FOLDED & set(tags) else [found]


def _math(builder: Builder, given: Directive) -> list[Block]:
    return [builder.math(f"{given.argument}\n{given.text}".strip("\n"), given.line)]


def _figure(builder: Builder, given: Directive) -> list[Block]:
    """A picture; its first paragraph is the caption, and what follows is text below it."""
    if not given.argument:
        return _unknown(builder, given)
    text = given.words_only() if given.name == "figure" else ""
    caption, legend = text.lstrip("\n"), ""
    if "\n\n" in caption:
        caption, _, legend = caption.partition("\n\n")
    values = {**given.options, "src": given.argument, "caption": " ".join(caption.split())}
    found = build_figure(builder, {**values, "link": given.options.get("target", "")}, given.line)
    return [*found, *builder.blocks_in(legend, given.line, fixed=True)]


def _raw(builder: Builder, given: Directive) -> list[Block]:
    """HTML; what is for other programs is left out."""
    return list(given.blocks(builder)) if "html" in given.argument.split() else []


def _only(builder: Builder, given: Directive) -> list[Block]:
    """What is for pages of HTML. A tag of the project's own is set by nobody here, so that its text stays hidden."""
    either = given.argument.split(" or ")
    terms = [part.split(" and ") for part in either]
    shown = any(all(_holds(term.strip()) for term in part) for part in terms)
    return list(given.blocks(builder)) if shown else []


def _holds(term: str) -> bool:
    name = term.removeprefix("not ").strip()
    known = {"html": True, "latex": False, "epub": False, "text": False, "man": False, "texinfo": False}
    return name in known and known[name] is not term.startswith("not ")


def _restructured(builder: Builder, given: Directive) -> list[Block]:
    """reStructuredText stays code. Its comments go: they hide what they hold."""
    what = "`{eval-rst}` holds reStructuredText, which is not read; it is shown as code"
    builder.report(given.line, "unknown-shortcode", what)
    kept, margin = list[str](), -1
    for row in given.text.strip("\n").split("\n"):
        indent = len(row) - len(row.lstrip())
        if margin >= 0 and (not row.strip() or indent > margin):
            continue
        margin = indent if _MARKUP.match(row) or row.strip() == ".." else -1
        if margin < 0:
            kept.append(row)
    return [CodeBlock(builder.code("\n".join(kept), given.line), "", "", given.line)]


def _glossary(builder: Builder, given: Directive) -> list[Block]:
    """Terms at the margin, with what they mean indented below them; or a definition list."""
    text = given.words_only()
    if re.search(r"^[ \t]*:[ \t]", text, re.M):
        return list(given.blocks(builder))
    items, terms, rows = list[Definition](), list[tuple[Inline, ...]](), list[str]()

    def finish() -> None:
        if terms:
            meaning = "\n".join(row.strip() if not row.strip() else row[_margin(rows) :] for row in rows)
            items.append(Definition(tuple(terms), builder.blocks_in(meaning, given.line)))
        terms.clear()
        rows.clear()

    for row in text.split("\n"):
        if not row.strip() or row[0] in " \t":
            rows.append(row)
            continue
        if any(map(str.strip, rows)):
            finish()
        rows.clear()
        terms.append(builder.styled(clean_text(row.strip()), given.line))
    finish()
    return [DefinitionList(tuple(items), given.line)] if items else []


def _margin(rows: Sequence[str]) -> int:
    return min((len(row) - len(row.lstrip()) for row in rows if row.strip()), default=0)


def _card(builder: Builder, given: Directive) -> list[Block]:
    """Its title, which leads where the card leads, above its text; the lines between its parts go."""
    line, link = given.line, _card_link(given)
    if _CARD_PARTS.search(given.text):
        given = Directive(given.name, given.argument, given.options, _CARD_PARTS.sub("", given.text), line)
    title = builder.styled(clean_text(given.argument), line)
    if not link:
        return _titled(builder, given.argument, given)
    shown = (Link(link, title or (Text(given.options["link"]),), line),)
    builder.gather(shown)
    head = Paragraph((Mark("strong", shown),), line)
    return [head, *given.blocks(builder)] if title else [*given.blocks(builder), head]


def _card_link(given: Directive) -> str:
    link = clean_text(given.options.get("link", ""))
    kind = given.options.get("link-type", "url")
    return LABEL + link if link and kind in {"ref", "any"} else f"{link}.md" if link and kind == "doc" else link


def _button(builder: Builder, given: Directive) -> list[Block]:
    target = clean_text(given.argument)
    kind = given.options.get("ref-type", "any") if given.name == "button-ref" else ""
    address = f"{target}.md" if kind == "doc" else LABEL + target if kind else target
    text = builder.styled(clean_text(" ".join(given.words_only().split())), given.line) or (Text(target),)
    builder.gather(nodes := (Link(address, text, given.line),))
    return [Paragraph(nodes, given.line)] if target else []


def _video(builder: Builder, given: Directive) -> list[Block]:
    url = clean_text(given.argument)
    url = url if "/" in url else f"https://www.youtube.com/watch?v={url}"
    return [Macro("video", given.line, (("url", url),))] if given.argument else []


def _described(builder: Builder, name: str, given: Directive) -> list[Block]:
    """A name of a program, and what the text says of it; what is made from code is told."""
    if name.rpartition(":")[2].startswith("auto") and not any(
        item.code == "generated-docs" for item in builder.problems
    ):
        text = f"`{{{name}}}` asks Sphinx for text that is made from code; the name alone is published"
        builder.report(given.line, "generated-docs", text)
    head: list[Block] = [Paragraph((Code(clean_text(given.argument)),), given.line)] if given.argument else []
    return [*head, *given.blocks(builder)]


def _unknown(builder: Builder, given: Directive) -> list[Block]:
    if given.tokens is not None:
        builder.notices.add("unknown-container", f":::{{{given.name}}}", given.line)
        return _titled(builder, given.argument, given)
    what = f"the directive `{{{given.name[:60]}}}` is not known; its text is shown as code"
    builder.report(given.line, "unknown-shortcode", what)
    text = builder.code(without_comments(given.text).strip("\n"), given.line)
    return [CodeBlock(text, "", clean_text(given.argument), given.line)]


def _toc(builder: Builder, given: Directive) -> list[Block]:
    return [Macro("toc", given.line)]


def _target(builder: Builder, given: Directive) -> list[Block]:
    """A place. Where a heading follows, its words are those of links that have none of their own."""
    name = clean_text(given.argument)
    if given.options:
        builder.anchors.setdefault(name, given.line)
    builder.gather(anchor := (Anchor(name),))
    return [Paragraph(anchor, given.line)]


_BUILDERS: dict[str, Callable[[Builder, Directive], list[Block]]] = {
    "math": _math, "figure": _figure, "image": _figure, "raw": _raw, "only": _only, "eval-rst": _restructured,
    "glossary": _glossary, "button-link": _button, "button-ref": _button, "youtube": _video, "iframe": _video, "video": _video,
    "contents": _toc, "target": _target,
    "list-table": lambda builder, given: build_list_table(builder, given.blocks(builder), given.argument, given.options, given.line),
    "csv-table": lambda builder, given: build_csv_table(builder, given.text, given.argument, given.options, given.line),
}  # fmt: skip
