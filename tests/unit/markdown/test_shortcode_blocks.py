"""Hugo's shortcodes and the Liquid of Jekyll and GitBook, as the blocks that they stand for."""

from pathlib import Path

import pytest

from publisher.convert.compose import Conversion, convert
from publisher.model.settings import Settings


def page(root: Path, text: str, dialect: str) -> tuple[str, Conversion]:
    (root / "a.md").write_text(text)
    (root / "b.md").write_text("# B\n")
    found = convert(Settings.of(root, banner="off", dialect=dialect, diagrams={"mermaid": "code"}))
    return found.rendered.pages["a.md"].body, found


def macro(name: str, text: str) -> str:
    return f'ac:name="{name}" ac:schema-version="1"><ac:rich-text-body>{text}'


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("{{< hint danger >}}\nx\n{{< /hint >}}", macro("warning", "<p>x</p>")),
        (
            '{{% alert color="warning" title="T" %}}\nx\n{{% /alert %}}',
            macro("note", "<p><strong>T</strong></p><p>x</p>"),
        ),
        ('{{< alert color="success" >}}x{{< /alert >}}', macro("tip", "<p>x</p>")),
        ('{{< callout type="warning" >}}x{{< /callout >}} ', macro("note", "<p>x</p>")),
        ('{{< admonition tip "Name" >}}\nx\n{{< /admonition >}}', macro("tip", "<p><strong>Name</strong></p><p>x</p>")),
        ('a {{< glossary_tooltip text="Pods" term_id="pod" >}} b', "<p>a Pods b</p>"),
        ('a {{< glossary_tooltip term_id="cloud-provider" >}}', "<p>a cloud provider</p>"),
        ('## {{% heading "whatsnext" %}}', "<h2>What's next</h2>"),
        ("a {{< icon bolt >}}b", "<p>a b</p>"),
        ("a {{< kbd >}}Ctrl{{< /kbd >}} b", "<p>a Ctrl b</p>"),
        ("{{< toc >}}", 'ac:name="toc"'),
        ('{{< button href="https://e.org" >}}Go{{< /button >}}', '<p><a href="https://e.org">Go</a></p>'),
        ('{{< card link="b" title="Card" subtitle="more" >}}', "<ac:link-body>Card</ac:link-body></ac:link>: more</p>"),
        ('{{< tab name="T" codelang="json" >}}\n{"a": 1}\n{{< /tab >}}', '<![CDATA[{"a": 1}]]>'),
        ("{{< mermaid >}}\ngraph TD\n{{< /mermaid >}}", "<![CDATA[graph TD]]>"),
        ('[api](/v/{{< param "version" >}}/#x) z', "<p>api z</p>"),
        ('[b]({{< ref "b.md" >}})', 'ri:content-title="B"'),
    ],
)
def test_hugo(text: str, part: str, tmp_path: Path) -> None:
    assert part in page(tmp_path, f"before\n\n{text}\n", "hugo")[0]


def test_a_pair_in_a_line_is_told_and_its_text_stays(tmp_path: Path) -> None:
    found = page(tmp_path, "a {{< kbd >}}x{{< /kbd >}} {{< other >}}\n", "hugo")[1].problems
    assert [p.message for p in found] == [
        "`{{< kbd >}}` is not known; its content stays",
        "`{{< other >}}` stays as it is",
    ]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('{% hint style="danger" %}\nx\n{% endhint %}', macro("warning", "<p>x</p>")),
        ('{% hint style="success" %}x{% endhint %}', macro("tip", "<p>x</p>")),
        ('{% tabs %}\n{% tab title="T" %}\nx\n{% endtab %}\n{% endtabs %}', 'title">T</ac:parameter>'),
        ('{% code title="a.js" lineNumbers="true" %}\n```js\nx\n```\n{% endcode %}', "<![CDATA[x]]>"),
        (
            '{% content-ref url="b.md" %}\n[b.md](b.md)\n{% endcontent-ref %}',
            '<p><ac:link><ri:page ri:content-title="B"/>',
        ),
        ('{% embed url="https://e.org/a%20b" %}', '<a href="https://e.org/a%20b">'),
        ('{% embed url="https://youtu.be/x" %}\n\n{% embed url="https://e.org" %}\nText\n{% endembed %}', ">Text</a>"),
        (
            "{% columns %}\n{% column %}\nl\n{% endcolumn %}\n{% column %}\nr\n{% endcolumn %}\n{% endcolumns %}",
            "two_equal",
        ),
        ("{% stepper %}\n{% step %}\n## One\n{% endstep %}\n{% endstepper %}", "<h2>One</h2>"),
        ("![p](.gitbook/assets/p.png)", "<ri:attachment"),
    ],
)
def test_gitbook(text: str, part: str, tmp_path: Path) -> None:
    (tmp_path / ".gitbook/assets").mkdir(parents=True)
    (tmp_path / ".gitbook/assets/p.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    (tmp_path / ".gitbook/assets/part.md").write_text("part")
    (tmp_path / ".gitbook/vars.md").write_text("vars")
    body, found = page(tmp_path, f"before\n\n{text}\n", "auto")
    assert part in body and "{%" not in body
    assert set(found.rendered.pages) == {"/", "a.md", "b.md"}
    assert not [p for p in found.problems if p.code == "unknown-shortcode"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('{% include figure image_path="https://e.org/p.png" caption="C" %}', "<p>C</p></ac:caption>"),
        ("{% assign x = 1 %}\n\nend", "<p>before</p><p>end</p>"),
        ("{% highlight rb %}puts{% endhighlight %}", "<![CDATA[puts]]>"),
    ],
)
def test_jekyll(text: str, part: str, tmp_path: Path) -> None:
    assert part in page(tmp_path, f"before\n\n{text}\n", "jekyll")[0]
