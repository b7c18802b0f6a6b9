"""Templates of a team cannot take the machine: loops, widths and self-inclusion end in a problem with file and line."""

from pathlib import Path

import pytest

from publisher.convert.compose import convert
from publisher.model.settings import Settings

BOMBS = [
    "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}",
    "{% for a in 'x' * 3000 %}{% for b in 'x' * 3000 %}.{% endfor %}{% endfor %}",
    "{{ 'ab' * 2000000000 }}", "{{ 2000000000 * 'ab' }}", "{{ [1] * 2000000000 }}", "{{ 9 ** 999999999 }}", "{{ '%1000000000d' % 1 }}", "{{ '%*d' % (1000000000, 1) }}",
    "{{ '{:1000000000}'.format(1) }}", "{{ '{:{}}'.format(1, 1000000000) }}", "{{ 'a'.center(1000000000) }}", "{{ 'a'|center(1000000000) }}",
    "{{ 'a'.zfill(1000000000) }}", "{{ '\t'.expandtabs(1000000000) }}", "{{ 'a'|indent(1000000000, true) }}", "{{ ('x' * 100000).replace('x', 'y' * 100000) }}",
    "{{ ('x' * 100000)|replace('x', 'y' * 100000) }}", "{{ ('x' * 100000).join(['a'] * 100000) }}", "{{ (['a'] * 100000)|join('x' * 100000) }}",
    "{% set n = namespace(x='xxxxxxxxxx') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
    "{% set n = namespace(x='xxxxxxxxxx') %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{% include 'own.xml.j2' %}", "{% for a in range(9000) %}{{ 'x' * 100000 }}{% endfor %}",
    "{{ [1, 2]|batch(1000000000, 0)|list }}", "{{ 1 / 0 }}", "{{ [][5].x }}",
]  # fmt: skip


def build(folder: Path, template: str) -> tuple[str, list[tuple[str, int | None, str]]]:
    (folder / "docs").mkdir()
    (folder / "templates").mkdir()
    (folder / "templates" / "own.xml.j2").write_text("{#- own: title=none, body. -#}" + template)
    (folder / "docs" / "index.md").write_text("# Home\n\nwords\n\n```macro\nname: own\n```\n")
    made = convert(Settings.of(folder / "docs", templates=str(folder / "templates"), banner="off"))
    return made.rendered.pages["index.md"].body, [(item.path, item.line, item.message) for item in made.problems]


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_a_problem_of_its_document(tmp_path: Path, bomb: str) -> None:
    body, problems = build(tmp_path, bomb)
    assert "words" in body and len(body) < 10_000
    [(path, line, said)] = problems
    assert (path, line) == ("index.md", 5) and "failed in its template" in said


def test_what_templates_do_every_day(tmp_path: Path) -> None:
    template = """<p>{% for n in range(3) %}{{ n ~ '-' }}{% endfor %}{{ 'ab' * 2 }}{{ '%05.1f' % 2 }}{{ '{:>4}'.format(1) }}{{ 'x'|center(3) }}{{ ['a', 'b']|join(', ') }}{{ 'a<b' ~ '&' }}{{ 'aXb'|replace('X', '-') }}{{ 2 ** 8 + 1 }}</p>"""
    body, problems = build(tmp_path, template)
    assert problems == [] and "<p>0-1-2-abab002.0   1 x a, ba&lt;b&amp;a-b257</p>" in body
