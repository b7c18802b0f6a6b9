"""mistune's block parser, told which elements HTML has, and which of them hold Markdown."""

import re
from typing import Any

from mistune.core import BlockState

from publisher.markdown.elements import KNOWN, name_of
from publisher.markdown.lines import LineBlockParser, LineState
from publisher.markdown.markdown_attribute import parse_markdown_element


class DocumentBlockParser(LineBlockParser):
    """A line that begins with an element that HTML does not know is text, and no block of HTML."""

    def parse_raw_html(self, m: re.Match[str], state: BlockState) -> Any:
        assert isinstance(state, LineState)
        start = state.src.index("<", m.start())
        name = name_of(state.src[start : start + 40])
        if name and name not in KNOWN:
            return None
        return parse_markdown_element(self, start, state) or super().parse_raw_html(m, state)
