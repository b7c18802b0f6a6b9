"""Documents that mean harm: safe output, named problems, and no time or memory lost."""

from pathlib import Path

import pytest

from publisher.convert.compose import convert
from publisher.markdown.dialects import SYNTAXES
from publisher.markdown.grammar import Grammar
from publisher.markdown.parse import parse_document
from publisher.model.settings import Settings
from publisher.storage import check_storage, parse_body

HOSTILE = """# Title
<script>alert(1)</script>
<img src="x" onerror="alert(2)">
<iframe src="https://evil.example"></iframe>
<form action="https://evil.example"><input name="a"></form>
<svg onload="alert(3)"><script>alert(4)</script></svg>

[a](javascript:alert(5)) [b](JAVASCRIPT:alert(6)) [c](java\tscript:alert(7)) [d](data:text/html,x) [e](vbscript:x)
<a href=" javascript:alert(8)">f</a> <a href="&#106;avascript:alert(9)">g</a>

![h](../../../../etc/passwd) ![i](/etc/passwd) ![j](data:image/svg+xml;base64,AAAA) ![k](file:///etc/passwd)
[l](../../../../etc/passwd)

--8<-- "/etc/passwd"

--8<-- "../../../../../../etc/passwd"

{! link.md !}

{{ ''.__class__.__mro__ }} {{ version.__class__ }} {% for x in y %}

```macro
name: '"><script>alert(10)</script>'
parameters: {'"><b>': ']]></ac:parameter><script>'}
plain: ']]><script>'
```

```confluence
<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><p>&b;</p>
```

```confluence
<ac:structured-macro ac:name="html"><ac:plain-text-body><![CDATA[<script>]]></ac:plain-text-body></ac:structured-macro><p onclick="x">y</p>
```

{status:red|"><script>} {anchor:x"y} {iframe:javascript:alert(11)}

`\u202ecode\u202c` \x00\x07\ufffe
"""


def test_nothing_harmful_gets_through(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    secret = tmp_path / "secret.md"
    secret.write_text("root:x:0:0")
    (docs / "link.md").symlink_to(secret)
    (docs / "index.md").write_bytes(HOSTILE.replace("\x00", "").encode())
    settings = Settings.of(docs, syntax=tuple(f"+{name}" for name in SYNTAXES), variables={"version": "1"})
    conversion = convert(settings)
    page = conversion.rendered.pages["index.md"]
    root = parse_body(page.body)
    assert check_storage(page.body) == []
    assert not [element.tag for element in root.iter("script", "iframe", "form", "input", "svg", "img", "object")]
    assert not [name for element in root.iter() for name in element.attrib if str(name).startswith("on")]
    hrefs = [element.get("href", "") for element in root.iter("a")]
    assert not [href for href in hrefs if "script" in href.lower() or href.startswith("data")]
    assert "root:x:0:0" not in page.body
    assert not page.attachments
    codes = {item.code for item in conversion.problems}
    assert {
        "unsafe-html",
        "unsafe-link",
        "outside-image",
        "missing-include",
        "bad-storage",
        "control-character",
    } <= codes
    assert "hidden-direction" in codes
    assert all(
        item.line for item in conversion.problems if item.path == "index.md" and item.code != "control-character"
    )


EVERYTHING = Grammar(frozenset(SYNTAXES), variables={"version": "1"})


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000_000,
        "[" * 10_000 + "]" * 10_000,
        "- a\n" * 100_000,
        "![" * 10_000,
        "<div>" * 10_000,
        "> " * 10_000 + "x",
        "```\n" * 20_001,
        "|" * 50_000 + "\n" + "|-" * 25_000,
        "a@" * 50_000,
        "{{ version }}" * 20_000,
        "www." * 50_000,
    ],
    ids=[
        "one line",
        "brackets",
        "items",
        "images",
        "tags",
        "quotes",
        "fences",
        "pipes",
        "ats",
        "variables",
        "addresses",
    ],
)
def test_large_texts_finish(text: str) -> None:
    assert parse_document("a.md", text.encode(), EVERYTHING).readable
