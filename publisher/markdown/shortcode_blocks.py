"""Blocks of template languages, Hugo's shortcodes and the Liquid of Jekyll and GitBook, become ours."""

import re
from collections.abc import Mapping

from msgspec.structs import replace

from publisher.markdown.boxes import CALLOUTS, build_figure
from publisher.markdown.builder import Builder
from publisher.markdown.directive_names import FOLDED
from publisher.markdown.gathered import Token
from publisher.markdown.liquid import without_raw
from publisher.model.document import Block, Callout, CodeBlock, Expand, Layout, Macro, Paragraph
from publisher.model.inlines import Code, Inline, Link, Text
from publisher.storage import clean_text

_PLAYERS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}
_VIDEO = re.compile(r"https?://(?:www\.)?(?:youtube\.com/|youtu\.be/|vimeo\.com/)")
#: Callouts whose kind is an argument: ``{{< alert color="warning" >}}``, ``{% hint style="danger" %}``.
_ANY_BOX = {"alert", "hint", "callout", "admonition", "notice", "box", "message"}
_COLOURS = {"primary": "info", "secondary": "info", "red": "danger", "yellow": "warning", "green": "success"}
_CODE = {"highlight", "code-toggle", "code", "gist-code"}
_DIAGRAMS = {"mermaid", "plantuml"}
#: They only group what they hold.
_GROUPS = {
    "tabs",
    "tabpane",
    "steps",
    "stepper",
    "step",
    "columns",
    "column",
    "div",
    "cards",
    "content-ref",
    "endembed",
}
#: What a template does by itself; readers see nothing of it.
_SILENT = {
    "assign", "else", "elsif", "when", "break", "continue", "cycle", "increment", "decrement", "seo", "icon", "clear", "br",
}  # fmt: skip
_TOC = {"toc", "table_of_contents", "table-of-contents"}


def build_shortcode(builder: Builder, token: Token, line: int) -> list[Block]:
    """Callouts, details, figures and code are mapped; of others the content is kept."""
    name, rest = token["name"].rpartition("/")[2], token.get("rest", "")
    if token["name"].startswith("/"):
        return []
    given = dict(re.findall(r'([\w-]+)=["`]?([^"`]*?)["`]?(?=\s+[\w-]+=|\s*$)', rest))
    words = [a or b for a, b in re.findall(r'"([^"]*)"|(\S+)', rest) if "=" not in b]
    found = _build_text(builder, token, name, given, words)
    if found is None and "children" in token:
        found = _build_pair(builder, token, name, given, words)
    if found is None:
        found = _build_alone(builder, name, given, words, line)
    return _build_unknown(builder, token, name, line) if found is None else found


def _build_text(
    builder: Builder, token: Token, name: str, given: Mapping[str, str], words: list[str]
) -> list[Block] | None:
    """Code, comments and diagrams: what they hold is no Markdown."""
    line, children = token["line"], token.get("children", ())
    codes = [child for child in children if child["type"] == "block_code"]
    if name == "raw" and codes:
        return list(builder.blocks(children, line))
    if name == "comment":
        return []
    if name == "raw":
        return [CodeBlock(clean_text(token.get("inner", "").strip("\n")), "", "", line)]
    if name == "code" and codes:  # GitBook: around a fence
        title = clean_text(given.get("title", ""))
        blocks = builder.blocks(children, line)
        return [
            replace(block, title=title or block.title) if isinstance(block, CodeBlock) else block for block in blocks
        ]
    if name in _DIAGRAMS and "inner" in token:
        fence: Token = {"type": "block_code", "line": line, "raw": token["inner"], "attrs": {"info": name}}
        return list(builder.blocks([fence], line))
    if name in _CODE and "inner" in token:
        language = "toml" if name == "code-toggle" else next(iter(words), "")
        inner = without_raw(token["inner"]) if "liquid" in builder.grammar.syntaxes else token["inner"]
        return [CodeBlock(clean_text(inner.strip("\n")), language, given.get("file", ""), line)]
    return None


def _build_pair(
    builder: Builder, token: Token, name: str, given: Mapping[str, str], words: list[str]
) -> list[Block] | None:
    """What has a closing tag."""
    line, first = token["line"], next(iter(words), "")
    if name == "tab" and given.get("codelang"):
        code = CodeBlock(clean_text(token["inner"].strip("\n")), given["codelang"], "", line)
        return [Expand(builder.title_of(given.get("name", ""), line) or "Tab", (code,), line)]
    if name == "columns" and (cells := [child for child in token["children"] if child.get("name") == "column"]):
        return [Layout(tuple(builder.blocks(cell.get("children", ()), cell["line"]) for cell in cells), (), line)]
    body = builder.blocks(token["children"], line)
    if name in FOLDED:
        title = given.get("title") or given.get("summary") or first
        return [Expand(builder.title_of(title, line) or "Details", body, line)]
    if name in CALLOUTS:
        kind, title = name, given.get("title", "")
        if name in _ANY_BOX:
            wanted = [given.get(key, "") for key in ("type", "style", "level", "kind", "color", "context")] + words[:1]
            kinds = [_COLOURS.get(word.lower(), word.lower()) for word in wanted]
            kind = next((word for word in kinds if word in CALLOUTS), name)
            title = title or (words[1] if len(words) > 1 and words[0].lower() in CALLOUTS else "")
        return [Callout(CALLOUTS[kind], builder.styled(title, line), body, line)]
    if name == "tab":
        title = given.get("name") or given.get("title") or given.get("header") or first
        return [Expand(builder.title_of(title, line) or "Tab", body, line)]
    if name == "embed" and _VIDEO.match(given.get("url", "")):
        return [Macro("video", line, (("url", clean_text(given["url"])),)), *body]
    if name in {"embed", "file", "button"} and (link := _link(given)):
        if len(body) == 1 and isinstance(body[0], Paragraph):
            return [_linked(builder, link, body[0].children, line)]
        return [_linked(builder, link, (Text(link),), line), *body]
    return list(body) if name in _GROUPS else None


def _build_alone(
    builder: Builder, name: str, given: Mapping[str, str], words: list[str], line: int
) -> list[Block] | None:
    """What needs no closing tag."""
    link = _link(given)
    if name == "include" and words[:1] == ["figure"]:  # of Minimal Mistakes, a theme of Jekyll
        name, given = "figure", {"src": given.get("image_path", ""), **given}
    if name in {"figure", "img", "image"} and given.get("src"):
        return build_figure(builder, given, line)
    if name in _PLAYERS and (video := given.get("id") or next(iter(words), "")):
        return [Macro("video", line, (("url", _PLAYERS[name] + clean_text(video)),))]
    if name == "embed" and _VIDEO.match(given.get("url", "")):
        return [Macro("video", line, (("url", clean_text(given["url"])),))]
    if name in _TOC:
        return [Macro("toc", line)]
    if name in {"card", "embed", "file", "page-ref", "button"} and link:
        text = builder.title_of(given.get("title", "") or given.get("text", ""), line) or link
        below = builder.title_of(given.get("subtitle", "") or given.get("description", ""), line)
        block = _linked(builder, link, (Text(text),), line)
        return [Paragraph((*block.children, Text(f": {below}")), line)] if below else [block]
    return [] if name in _SILENT else None


def _link(given: Mapping[str, str]) -> str:
    names = ("url", "link", "href", "src", "page", "relref")
    return clean_text(next((given[name] for name in names if given.get(name)), ""))


def _linked(builder: Builder, link: str, text: tuple[Inline, ...], line: int) -> Paragraph:
    nodes = (Link(link, text, line),)
    builder.gather(nodes)
    return Paragraph(nodes, line)


def _build_unknown(builder: Builder, token: Token, name: str, line: int) -> list[Block]:
    body = builder.blocks(token.get("children", ()), line)
    text = f"`{name}` is not known; " + ("its content" if body else "it") + " stays as it is"
    builder.report(line, "unknown-shortcode", text)
    return list(body) if "children" in token else [Paragraph((Code(clean_text(token["raw"])),), line)]
