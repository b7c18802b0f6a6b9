"""Fenced and indented code becomes nodes: code, and what is written as code: math, macros, storage format."""

import re

from publisher.markdown.builder import Builder
from publisher.markdown.confluence import read_macro
from publisher.markdown.containers import read_attributes
from publisher.markdown.gathered import Token
from publisher.markdown.includes import include_files, unescape_includes
from publisher.markdown.liquid import without_raw
from publisher.markdown.shortcodes import unescape_shortcodes
from publisher.markdown.snippets import read_snippet
from publisher.model.document import DIAGRAMS, AnyMacro, Block, CodeBlock, Drawable, Storage
from publisher.storage import check_safety, clean_text

_TITLE = re.compile(r"\btitle ?= ?\"([^\"]*)\"|\btitle ?= ?'([^']*)'")
_BRACKETED = re.compile(r"\[([^\[\]]+)\]\s*\Z")
#: Attributes without a value that stand where a language may stand.
_FLAGS = {"showLineNumbers", "numberLines"}
_NUMBERED = re.compile(r"\blinenums=|\bshowLineNumbers\b|\blinenos=(?!false)|:line-numbers\b|\bnumberLines\b")


def build_fence(builder: Builder, token: Token, line: int) -> Block:
    """The node of a ``block_code`` token."""
    language = (token.get("attrs", {}).get("info") or "").strip()
    if language == "math":
        return builder.math(token["raw"], line)
    storage = language == "confluence" or (language == "csf" and builder.grammar.compat == "md2conf")
    if "confluence" not in builder.grammar.syntaxes or not (storage or language == "macro"):
        return _code(builder, token, line)
    text = clean_text(token["raw"].rstrip("\n"))
    return _storage(builder, text, line) if storage else _macro(builder, text, line)


def _storage(builder: Builder, text: str, line: int) -> Block:
    wrong = check_safety(text)
    if not wrong:
        return Storage(text, line)
    builder.report(line, "bad-storage", f"this is shown as code: {'; '.join(wrong)}")
    return CodeBlock(text, "xml", "", line)


def _macro(builder: Builder, text: str, line: int) -> Block:
    found = read_macro(text)
    if isinstance(found, str):
        builder.report(line, "bad-macro", f"the macro {found}; it is shown as code")
        return CodeBlock(text, "yaml", "", line)
    name, parameters, body, plain = found
    children = builder.blocks_in(body, line)
    return AnyMacro(name, tuple(parameters), children, plain, line)


def _code(builder: Builder, token: Token, line: int) -> CodeBlock:
    info = token.get("attrs", {}).get("info") or ""
    language = _language(info)
    text = builder.code(_text(builder, token["raw"].removesuffix("\n"), language, line), line)
    if language.lower() in DIAGRAMS:
        builder.drawables.append(Drawable(language.lower(), text, line))
    return CodeBlock(text, clean_text(language), clean_text(_title(info)), line, numbered=bool(_NUMBERED.search(info)))


def _title(info: str) -> str:
    """``title="a.py"``, or what stands in brackets at the end."""
    given = _TITLE.search(info)
    behind = _BRACKETED.search(info, max(info.rfind("["), 0)) if given is None else None
    return behind[1] if behind else next((group for group in given.groups() if group), "") if given else ""


def build_snippet(builder: Builder, token: Token, line: int) -> Block:
    """Code from another file; the line that asks for it, as code, if it is not there."""
    found = read_snippet(token, builder.read)
    if found.text is None:
        path = token["path"] + (f"#{token['region']}" if token["region"] else "")
        builder.report_include(line, path, "")
        return CodeBlock(clean_text(token["raw"]), "", "", line)
    return CodeBlock(builder.code(found.text, line), clean_text(found.language), clean_text(found.title), line)


def _language(info: str) -> str:
    """The language of an info string, which may carry attributes: ``python {linenos=true}``, ``{ .yaml .no-copy }``."""
    if info.startswith("{"):
        classes = read_attributes(info).get("class", "").split()
        bare = re.match(r"\{\s*([\w+#-]+)(?![\w=+#-])", info)  # knitr writes ```{r}
        return classes[0] if classes else bare[1] if bare else ""
    word = re.split(r"[\s,{:\[]", info, maxsplit=1)[0]
    if "=" in word or word in _FLAGS or re.match(r"[\w-]+ ?=", info):
        return ""
    return word.removeprefix(".").removeprefix("language-").removeprefix("lang-")


def _text(builder: Builder, text: str, language: str, line: int) -> str:
    """Code with included files, and without the lines that mdBook hides."""
    if "liquid" in builder.grammar.syntaxes:
        text = without_raw(text)
    if "shortcodes" in builder.grammar.syntaxes:
        text = unescape_shortcodes(text)
    if "includes" in builder.grammar.syntaxes:

        def missing(offset: int, path: str, why: str) -> None:
            builder.report_include(line + 1 + offset, path, why)

        text = unescape_includes(include_files(text, builder.read, missing, verbatim=True))
    if "hidden-lines" in builder.grammar.syntaxes and language in {"rust", "rs"}:
        text = "\n".join(row for row in text.split("\n") if not re.match(r"\s*#(?: |$)", row))
    return text
