"""A team's own templates: they add and override, in a sandbox, and their mistakes are named."""

from pathlib import Path

import pytest

from publisher.convert.compose import Conversion, convert
from publisher.errors import UsageError
from publisher.model.settings import Settings


def published(tmp_path: Path, text: str, **templates: str) -> Conversion:
    docs, folder = tmp_path / "docs", tmp_path / "templates"
    docs.mkdir(exist_ok=True)
    folder.mkdir(exist_ok=True)
    (docs / "index.md").write_text(text)
    for name, source in templates.items():
        (folder / f"{name}.xml.j2").write_text(source)
    return convert(Settings.of(docs, templates=str(folder), banner="off"))


def body(conversion: Conversion) -> str:
    return conversion.rendered.pages["index.md"].body


HINT = "{#- hint: owner, level=low, body. -#}\n<p>{{ owner }} {{ level }}</p>{{ body }}"


def test_a_macro_of_their_own(tmp_path: Path) -> None:
    text = "```macro\nname: hint\nparameters: {owner: A & B}\n---\n- **x**\n```\n"
    assert body(published(tmp_path, text, hint=HINT)) == (
        "<p>A &amp; B low</p><ul><li><p><strong>x</strong></p></li></ul>"
    )


def test_one_of_ours_is_overridden_and_a_change_is_seen(tmp_path: Path) -> None:
    source = "{#- status: title, colour. -#}\n<strong>{{ title }}</strong>"
    assert body(published(tmp_path, "{status:red|No}", status=source)) == "<p><strong>No</strong></p>"
    changed = source.replace("strong", "em")
    assert body(published(tmp_path, "{status:red|No}", status=changed)) == "<p><em>No</em></p>"


@pytest.mark.parametrize(
    ("parameters", "words"),
    [("{}", "needs the parameter `owner`"), ("{owner: x, levle: y}", "has no parameter `levle`")],
)
def test_parameters_are_checked(tmp_path: Path, parameters: str, words: str) -> None:
    conversion = published(tmp_path, f"a\n\n```macro\nname: hint\nparameters: {parameters}\n```\n", hint=HINT)
    [problem] = conversion.problems
    assert (problem.code, problem.line) == ("bad-macro", 3)
    assert words in problem.message
    assert body(conversion) == "<p>a</p>"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{#- bad: . -#}\n<p>{{ ''.__class__.__mro__ }}</p>", "failed in its template"),
        ("{#- bad: . -#}\n<p>{% include '/etc/passwd' %}</p>", "failed in its template"),
        ("{#- bad: . -#}\n<p>open", "not well-formed"),
        ("{#- bad: . -#}\n<p>{{ nothing }}</p>", "failed in its template"),
        ("{#- bad: . -#}\n<video/>", "not an element of storage format"),
    ],
)
def test_what_a_template_may_not_do(tmp_path: Path, source: str, words: str) -> None:
    conversion = published(tmp_path, "```macro\nname: bad\n```\n", bad=source)
    assert any(item.code == "bad-macro" and words in item.message for item in conversion.problems)


@pytest.mark.parametrize(
    ("source", "words"),
    [("<p/>", "hint.xml.j2:1: the first line must declare"), ("{#- hint: a -#}\n\n{% if %}", ":3:")],
)
def test_a_template_that_is_not_valid(tmp_path: Path, source: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        published(tmp_path, "x", hint=source)


def test_what_a_macro_of_their_own_cannot_hold_stands_behind_it(tmp_path: Path) -> None:
    text = "```macro\nname: hint\nparameters: {owner: A}\n---\n:::: columns\n::: column\nkept\n:::\n::: column\ntoo\n:::\n::::\n```\n"
    assert "<ac:layout>" in body(published(tmp_path, text, hint=HINT)).partition("A low")[2]
    assert "kept" in body(published(tmp_path, text, hint=HINT))
