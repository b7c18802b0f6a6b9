"""The short ways through mistune's parser give the tokens that mistune itself gives."""

import re
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mistune import BlockParser, InlineParser, Markdown
from mistune.list_parser import parse_list

from publisher.markdown import dispatch, parse, structure
from publisher.markdown.dialects import DIALECTS, SYNTAXES
from publisher.markdown.grammar import Grammar, read_nothing
from publisher.markdown.html_rule import DocumentBlockParser
from publisher.markdown.inlines import fill
from publisher.markdown.levels import InlineBuilder
from publisher.markdown.lines import LineState
from publisher.markdown.nodes import DocumentBuilder
from publisher.markdown.parse import _markdown
from publisher.markdown.scan import ScanningInlineParser
from publisher.model.inlines import Text

PIECES = [
    "a", "b c", "word", "\n", "\n\n", "\n", " ", "  ", "    ", "\t", "- ", "* ", "+ ", "1. ", "2) ", "10. ", "> ", ">", "# ", "## ",
    "```", "~~~", "---", "***", "===", "|", "| a | b |\n|---|:-:|\n", "<div>", "</div>", "<!-- ", " -->", "<b>", "[x]", "[x]: /u\n",
    "](/u)", "[", "![", "*", "**", "_", "__", "`", "``", "\\", "\\*", "&amp;", "&", "~~", "~", "==", "^", "^^", "$", "$$", "{", "}",
    "!!! note\n", "??? \"t\"\n", "=== \"t\"\n", "::: tip\n", ":::\n", ": d", "[^1]", "[^1]: n\n", "*[HTML]: H\n", "HTML", "://x.y", "@2026-01-31",
    "{status:green|ok}", "{{< x >}}", "{% x %}", "%%", "[[w]]", ">>>\n", "<<< x\n", "\x0b", "\xa0", "٣. ", "\u2028", "`c`", "` d `", "*e*", "**f g:**", "[l](u)", "[`c`](u)", "[m][x]", "[x][]", "_e f_", "__g__", "{>>c<<}", "{% raw %}", "{% endraw %}", "<br>", "!", ":", "```x\n", "   ```\n", "````\n", "~~~\n", "é", "日",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


class _SlowBlocks(DocumentBlockParser):
    """Our rules in mistune's own loop, and mistune's own lists."""

    def parse(self, state: Any, rules: list[str] | None = None) -> None:
        BlockParser.parse(self, state, rules)

    def parse_fenced_code(self, m: Any, state: Any) -> Any:
        return BlockParser.parse_fenced_code(self, m, state)

    def parse_ref_link(self, m: Any, state: Any) -> Any:
        return BlockParser.parse_ref_link(self, m, state)

    def parse_list(self, m: Any, state: Any) -> Any:
        return self._parse_container(lambda match, inner: parse_list(self, match, inner), m, state, "list")


class _SlowInlines(ScanningInlineParser):
    """Our rules in mistune's own loop."""

    def __call__(self, s: str, env: Any) -> list[dict[str, Any]]:
        return list(InlineParser.__call__(self, s, env))

    def parse(self, state: Any) -> list[dict[str, Any]]:
        return InlineParser.parse(self, state)

    def finalize_tokens(self, tokens: list[dict[str, Any]], depth: int) -> list[dict[str, Any]]:
        return InlineParser.finalize_tokens(self, tokens, depth)


def _slow(syntaxes: frozenset[str]) -> Markdown:
    fast = _markdown(syntaxes)
    slow = Markdown(renderer=None, block=_SlowBlocks(), inline=_SlowInlines())
    for plugin in (plugin for name, found in SYNTAXES.items() if name in syntaxes for plugin in found):
        plugin(slow)
    for mine, theirs in ((fast.block, slow.block), (fast.inline, slow.inline)):
        theirs.rules = mine.rules
        theirs.specification = mine.specification
    for name in ("storage_tag", "wrong_break", "name_in_brackets"):
        slow.inline._methods[name] = fast.inline._methods[name]
    return slow


def _joined(tokens: Any) -> Any:
    """The tokens with neighbouring texts as one: nodes are made of texts that are put together."""
    result: list[Any] = []
    for token in tokens:
        token = {**token, "children": _joined(token["children"])} if "children" in token else token
        token = {name: value for name, value in token.items() if name not in {"newlines", "ref"}}  # nothing reads these
        if token["type"] in {"link", "image"}:
            token.pop("label", None)
        if token["type"] == "text" and result and result[-1]["type"] == "text":
            result[-1] = {**result[-1], "raw": result[-1]["raw"] + token["raw"]}
        elif token != {"type": "text", "raw": ""}:
            result.append(token)
    return result


@pytest.mark.parametrize("dialect", DIALECTS)
@given(text=TEXTS)
@example(text="- a\n\n  b\n- - c\n10. d\n\n\n  e\n")
@example(text="*a **b** c* _d_e_ **f*g**")
def test_tokens_are_those_of_mistune(dialect: str, text: str) -> None:
    found, expected = (
        list(md.parse(text, LineState())[0]) for md in (_markdown(DIALECTS[dialect]), _slow(DIALECTS[dialect]))
    )
    assert _joined(found) == _joined(expected)


MARKED = [
    *PIECES,
    "<!-- publisher:skip -->",
    "<!-- publisher:end -->",
    "%%",
    "`%%`",
    "^[n %%]",
    "[^1]: %%\n",
    "```\n%%\n```\n",
    "|%%|b|\n|-|-|\n",
]


@pytest.mark.parametrize("dialect", ["obsidian", "mkdocs", "docusaurus"])
@given(text=st.lists(st.sampled_from(MARKED), max_size=30).map("".join))
@example(text="a %%b\n\nc\n\n- d%% e\n")
@example(text="a[^1]\n\n[^1]: b %%c%%\n\n| %%d | e |\n|---|---|\n")
def test_markers_are_found_though_texts_without_them_are_not_read(dialect: str, text: str) -> None:
    grammar = Grammar(DIALECTS[dialect])
    found: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        for name in ("markers_only", ""):
            patch.setattr(parse, "MARKERS_ONLY", name)
            told: list[Any] = []
            found.append((parse._hide(text, grammar, lambda *what, told=told: told.append(what)), told))
    assert found[0] == found[1]


TARGETS = [
    "/u", "http://a.b/c?d=", "&amp;", "%20", "é", "(", ")", "\\", "\\*", " ", "\t", "\n", "\n\n", "\n ", '"t"', "'t'", "(t)", "<u>", "<",
    "\x0b", "\xa0", "\f", "\x01", "\x7f", "[y]: ", "\n[z]: ", "[ ]: ", "> [q]: ", "- [l]: ", "word",
]  # fmt: skip


@given(text=st.lists(st.sampled_from(TARGETS), max_size=12).map(lambda parts: "[x]: " + "".join(parts)))
@example(text="[x]: /u\n\n'no title'\n")
@example(text="[x]: /u\n'title'\n[x]: /v\n")
def test_addresses_of_names_are_those_of_mistune(text: str) -> None:
    states = LineState(), LineState()
    found, expected = (
        list(md.parse(text, state)[0])
        for md, state in zip((_markdown(frozenset()), _slow(frozenset())), states, strict=True)
    )
    assert states[0].env["ref_links"] == states[1].env["ref_links"]
    assert _joined(found) == _joined(expected)


def _scan_slowly(text: str, start: int = 0, *, indented_code: bool = True) -> Iterator[structure.Line]:
    scanner = structure.Scanner(indented_code)
    for line in text[start:].split("\n"):
        yield scanner._line(line, start)
        start += len(line) + 1


@pytest.mark.parametrize("indented_code", [True, False])
@given(
    text=st.lists(st.sampled_from([*PIECES, "word `x` y\n", "\n\n# a\n\n", "</pre>", "<SCRIPT>", "text\n"])).map(
        "".join
    )
)
@example(text="a `\n\nb `\n# c `\nd `\n")
@example(text="- a\n```\n# x\n```\n\n```` x\n```\n\n````\ny `z`")
def test_code_that_is_found_over_many_lines_is_that_of_each_line(text: str, indented_code: bool) -> None:
    found = structure.mask_code(text, indented_code=indented_code)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(structure, "scan_lines", _scan_slowly)
        assert found == structure.mask_code(text, indented_code=indented_code)


@given(
    text=st.lists(
        st.sampled_from([*PIECES, ":smile:", "@ann", "@bob", "AB-1", "www.x.y", "a@b.cd", "{#id}", "\x01"])
    ).map("".join)
)
@example(text="see AB-1, www.x.y and @ann")
def test_a_bare_text_is_one_node(text: str) -> None:
    grammar = Grammar(frozenset(SYNTAXES), people={"ann": "1"}, issues=frozenset({"AB"}))
    builder = DocumentBuilder("a.md", grammar, read_nothing, lambda text, line, *, fixed=True: [])
    if builder.is_bare(text):
        level = InlineBuilder(1)
        with patch.object(DocumentBuilder, "is_bare", lambda builder, text: False):  # the long way
            fill(builder, level, [{"type": "text", "raw": text}])
        assert level.finish() == (Text(text),)


def test_every_rule_names_the_characters_that_its_line_begins_with() -> None:
    block = _markdown(frozenset(SYNTAXES)).block
    rules = {*block.rules, *block.list_rules, *block.block_quote_rules} - {"table"}
    assert rules <= dispatch._STARTS.keys()
    for rule in rules - {"blank_line", "indent_code"}:
        pattern = re.compile(block.specification[rule], re.M)
        tails = (
            "",
            "!! note",
            "`` x",
            "## x",
            "==",
            "--",
            "** x",
            " x",
            "1. x",
            "[x]: y",
            "^x]: y",
            "x]: y",
            "div>",
            "--",
            ":: x",
        )
        begins = {chr(code) for code in range(33, 127) if any(pattern.match(chr(code) + tail) for tail in tails)}
        assert begins <= set(dispatch._STARTS[rule]), rule
