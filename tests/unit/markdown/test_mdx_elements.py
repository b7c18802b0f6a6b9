"""MDX: modules, tabs on one line, and elements of HTML whose attributes are code."""

from pathlib import Path

import pytest

from publisher.convert.compose import convert
from publisher.model.settings import Settings


def body_of(root: Path, text: str) -> str:
    (root / "a.mdx").write_text(text)
    return convert(Settings.of(root, banner="off", dialect="docusaurus")).rendered.pages["a.mdx"].body


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (
            "import A from '@b/A';\nimport B, {\n  C,\n} from './b';\nexport const y = {a: 1,\n  b: 2};\n\ntext",
            "<p>text</p>",
        ),
        ("import './style.css'\n\ntext", "<p>text</p>"),
        ("export {x} from './x'\n\ntext", "<p>text</p>"),
        ("import goods from the 'shop' today\n", "<p>import goods from the 'shop' today</p>"),
        ("export of goods\n", "<p>export of goods</p>"),
        ("a <span style={{color: 'red'}}>red</span> b", "<p>a red b</p>"),
        ("<a href={useBaseUrl('https://e.org/x')}>b</a>", '<p><a href="https://e.org/x">b</a></p>'),
        ("`<a href={x}>` text", "<p><code>&lt;a href={x}&gt;</code> text</p>"),
    ],
)
def test_texts(text: str, body: str, tmp_path: Path) -> None:
    assert body_of(tmp_path, text) == body


def test_a_required_picture_is_a_picture(tmp_path: Path) -> None:
    text = "x\n\n<img\n  src={require('https://e.org/a.png').default}\n  width={300}\n  alt=\"A\" />\n\n## Behind\n"
    body = body_of(tmp_path, text)
    assert (
        'ac:alt="A"' in body and "https://e.org/a.png" in body and "<h2>Behind</h2>" in body and "require" not in body
    )


def test_a_tab_on_one_line_keeps_its_text(tmp_path: Path) -> None:
    text = '<Tabs>\n<TabItem value="a">one</TabItem>\n<TabItem value="b" label="B">\n\n**two**\n\n</TabItem>\n</Tabs>\n\nbehind\n'
    body = body_of(tmp_path, text)
    assert 'title">a</ac:parameter>' in body and "<p>one</p>" in body
    assert 'title">B</ac:parameter>' in body and "<strong>two</strong>" in body and body.endswith("<p>behind</p>")
