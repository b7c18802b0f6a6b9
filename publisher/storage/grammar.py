"""What our own writers and templates write, as expressions: lines, and the tokens that blocks are made of.

They say less than storage format allows, and nothing that XML refuses. A token takes a line as a whole, with all that is in
it, so that the walk over the tokens (``plain``) has few steps. No two parts of an expression begin alike, so that a body
that does not fit is given up in linear time.
"""

import re
from functools import cache
from itertools import count

#: Stands for a CDATA section, which the tokens do not show.
CODE = "\x03"
#: How a macro with a rich body ends, and the panel of Cloud that is no macro.
RICH, PANEL = "ac:rich-text-body></ac:structured-macro", "ac:adf-content></ac:adf-node></ac:adf-extension"
#: Text, and the values of attributes: ``_ALT`` may have line breaks, ``_NAME`` has no entities.
_TEXT, _ALT, _VALUE, _NAME = (f"[^<>{more}{CODE}]*" for more in ('"', '"\t', '"\t\n', '"\t\n&'))
#: A parameter of a macro: its name and its value.
PARAMETER = re.compile(f'<ac:parameter ac:name="({_NAME})">({_TEXT})</ac:parameter>')
_CELL = re.compile(rf'(?: colspan="\d+")?(?: data-highlight-colour="{_VALUE}")?(?: rowspan="\d+")?')
#: Element → the attributes that it may have, in the order of the canonical form.
ATTRIBUTES = {
    "ol": re.compile(r' start="\d+"'),
    "table": re.compile(' data-layout="(?:default|center|wide|full-width|align-start|align-end)"'),
    "td": _CELL,
    "th": _CELL,
}
_FILE = f'<ri:attachment ri:filename="{_VALUE}"/>'
_IMAGE = (
    f'ac:image(?: ac:align="{_VALUE}")?'
    '(?: ac:layout="(?:center|wide|full-width|align-start|align-end|wrap-left|wrap-right)")?'
    rf'(?: ac:width="\d+")?(?: ac:height="\d+")?(?: ac:alt="{_ALT}")?>'
)


def _macro(name: str) -> str:
    return f'ac:structured-macro ac:name="{name}" ac:schema-version="1"'


def _line() -> str:
    """A line up to the end of its element. Marks hold marks and links, links hold code, images and marks, all without more in them."""
    numbers = count()

    def line(*inner: str) -> str:
        return f"{_TEXT}(?:<(?:{'|'.join(inner)}){_TEXT})*" if inner else _TEXT

    def mark(*inner: str) -> str:
        name = f"mark{next(numbers)}"
        return f"(?P<{name}>strong|em|u|s|del|sub|sup)>{line(*inner)}</(?P={name})>"

    def address(*inner: str) -> str:
        return f'a href="(?:https?://|mailto:){_VALUE}">{line(*inner)}</a>'

    def link(*inner: str) -> str:
        target = f'<ri:page ri:content-title="{_VALUE}"/>|{_FILE}'
        return f'ac:link(?: ac:anchor="{_VALUE}")?>(?:{target})?<ac:link-body>{line(*inner)}</ac:link-body></ac:link>'

    code, image = f"code>{_TEXT}</code>", f"{_IMAGE}{_FILE}</ac:image>"
    colour = '<ac:parameter ac:name="colour">(?:Grey|Red|Yellow|Green|Blue|Purple)</ac:parameter>'
    return line(
        code,
        address(code, image, mark()),
        link(code, image, mark()),
        mark(mark(), address(), link()),
        f'span style="{_VALUE}">{line(mark(), address(), link())}</span>',
        "br/>",
        f'{_macro("anchor")}><ac:parameter ac:name="">{_TEXT}</ac:parameter></ac:structured-macro>',
        f'{_macro("status")}><ac:parameter ac:name="title">{_TEXT}</ac:parameter>(?:{colour})?</ac:structured-macro>',
        image,
        r'time datetime="\d{4}-\d\d-\d\d"/>',
    )


@cache
def token() -> re.Pattern[str]:
    """The next token: a line, the end or the begin of an element, one without blocks in it, a macro."""
    block = "ul|ol|li|table|tbody|tr|td|th|blockquote|ac:task-list"
    macro, parameter = _macro(f"(?P<macro>{_NAME})"), PARAMETER.pattern.replace("(", "(?:")
    parts = [
        rf"/(?P<close>{RICH}|{PANEL}|[a-z:-]+)>",
        # The most frequent one: a line, with the item or the cell that holds nothing else.
        r'(?:(?P<box>li|td|th)><)?(?P<line>p|h[1-6]|ac:task-body)(?: style="(?P<style>[\w:;,. ()-]*)")?>'
        rf"{_line()}</(?P=line)>(?(box)</(?P=box)>)",
        rf"(?P<open>{block})(?P<attributes> [^<>]*)?>",
        "(?P<empty>p />|hr/>)",
        rf'(?P<image>{_IMAGE}(?:{_FILE}|<ri:url ri:value="{_VALUE}"/>)(?P<caption><ac:caption><p>{_TEXT}</p></ac:caption>)?'
        "</ac:image>)",
        rf"{macro}>(?P<parameters>(?:{parameter})*)(?:(?P<rich><ac:rich-text-body>)"
        f"|(?:<ac:plain-text-body>{CODE}</ac:plain-text-body>)?</ac:structured-macro>)",
        r"ac:task><ac:task-id>(?P<task>\d+)</ac:task-id><ac:task-status>(?:in)?complete</ac:task-status>",
        '(?P<panel>ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note</ac:adf-attribute>'
        "<ac:adf-content>)",
        f"(?P<contents>{_macro('toc')}/>)",
    ]
    return re.compile(f"<(?:{'|'.join(parts)})")
