"""Errors of publisher.yml: all at once, each at its line, with what is allowed; and the schemas that editors use."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from publisher.cli.main import cli
from publisher.config.schema import front_matter_schema, json_schema
from publisher.markdown.dialects import SYNTAXES
from publisher.markdown.frontmatter import KEYS, STATUS_COLOURS
from publisher.model.names import DIAGRAM_KINDS, FRONT_MATTER_KEYS, STATUS_COLOUR_NAMES, SYNTAX_NAMES
from publisher.pictures.drawers import DRAWERS


def check(folder: Path, monkeypatch: pytest.MonkeyPatch, settings: str, code: int) -> str:
    monkeypatch.chdir(folder)
    (folder / "a.md").write_text("# A\n", encoding="utf-8")
    (folder / "publisher.yml").write_text(settings, encoding="utf-8")
    done = CliRunner().invoke(cli, ["check"])
    assert done.exit_code == code, done.output
    return done.output.replace(f"{folder}/", "")


WRONG = """levels: {nope: error, broken-link: bad}
syntax: [+nope,
  -emoij]
defaults:
  "*.md": {labls: x}
diagrams: {foo: auto}
profil: {}
fail_on: bad
fail_on: error
jobs: lots
profiles:
  a: {fail_onn: x, profiles: {}}
collections:
  - docs: nothere
    spce: X
"""


def test_all_errors_are_told_with_their_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = check(tmp_path, monkeypatch, WRONG, 2)
    for line in (
        "publisher.yml:1: `levels`: `broken-link` must be one of off, notice, warning, error, not 'bad'",
        "publisher.yml:1: `levels`: there is no `nope`",
        "publisher.yml:2: `syntax`: there is no `+nope`; it is one of tables,",
        "publisher.yml:3: `syntax`: there is no `-emoij`; did you mean `emoji`?",
        "publisher.yml:5: `defaults`: there is no front matter key `labls`; did you mean `labels`?",
        "publisher.yml:6: `diagrams`: there is no `foo`; it is one of mermaid,",
        "publisher.yml:7: `profil` is not a setting; did you mean `profiles`?",
        "publisher.yml:9: `fail_on` is given twice, first on line 8; keep one of them",
        "publisher.yml:10: `jobs` must be a whole number from 1, not 'lots'",
        "publisher.yml:12: `fail_onn` is not a setting; did you mean `fail_on`?",
        "publisher.yml:12: `profiles` belongs at the top of the file, beside the other settings",
        "publisher.yml:15: `spce` is not a setting; did you mean `space`?",
    ):
        assert line in told, (line, told)


@pytest.mark.parametrize("key", ["exclude", "ignore", "exclude_docs"])
def test_what_leaves_documents_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    told = check(tmp_path, monkeypatch, f"{key}: [drafts]\n", 2)
    assert f"publisher.yml:1: `{key}` is not a setting: list what is not to be published in .publisherignore" in told


@pytest.mark.parametrize("key", ["prun", "prune_limt", "take_ovr", "overwrit", "move_rot"])
def test_no_destructive_setting_is_proposed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    assert "did you mean" not in check(tmp_path, monkeypatch, f"{key}: x\n", 2)


def test_what_a_stage_finds_has_its_line_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = check(tmp_path, monkeypatch, 'nav: auto\ntitle_prefix: "{nope} "\n', 2)
    assert "publisher.yml:2: title_prefix: `{nope}` has no value" in told
    told = check(tmp_path, monkeypatch, 'defaults:\n  "*.md": {width: wide}\n', 2)
    assert "publisher.yml:1: defaults: `*.md`: `width` cannot be 'wide'" in told


@pytest.mark.parametrize("line", ["prune: off", "nav: off", "i18n: off", "banner: off", "levels: {missing-alt: off}"])
@pytest.mark.parametrize("place", ["{}\n", "profiles:\n  a:\n    {}\n", "collections:\n- docs: .\n  {}\n"])
def test_off_is_read_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, place: str) -> None:
    assert "no problems" in check(tmp_path, monkeypatch, place.format(line), 0)


def test_names_of_settings_are_those_of_the_stages() -> None:
    assert tuple(SYNTAXES) == SYNTAX_NAMES
    assert (*DRAWERS, "math") == DIAGRAM_KINDS
    assert tuple(KEYS) == FRONT_MATTER_KEYS
    assert tuple(STATUS_COLOURS) == STATUS_COLOUR_NAMES


def test_both_schemas_are_printed_with_their_ids() -> None:
    for word, wanted in (("settings", json_schema()), ("front-matter", front_matter_schema())):
        found = json.loads(CliRunner().invoke(cli, ["schema", word]).output)
        assert found == wanted and found["$id"].startswith("https://")
        jsonschema.Draft202012Validator.check_schema(found)
    assert json_schema()["$id"] != front_matter_schema()["$id"]


VALUES: dict[str, tuple[list[Any], list[Any]]] = {
    "title": (["T", 5], [["a"]]), "labels": ([["a", 1], "a, b"], [{"a": 1}]), "order": ([1, 2.5], ["x"]),
    "publish": ([True], ["yes"]), "page_properties": ([{"a": 1}], ["x"]), "table_layout": (["wide"], ["huge"]),
    "variables": ([{"a": 1}], ["x"]), "properties": ([{"a": 1}], ["x"]), "width": (["full"], ["half"]), "emoji": ([":rocket:"], [5.5]),
    "page_id": (["12", 12], ["x1"]), "type": (["blogpost"], ["post"]), "date": (["2026-01-02"], ["tomorrow"]), "draft": ([True], ["x"]),
    "space": (["DOCS"], [True]), "parent": (["Home", 12], [["x"]]), "cover": (["https://a.b/c.png"], ["c.png"]),
    "editor": (["new"], ["old"]), "owner": (["abc"], [["x"]]), "edit_lock": ([True], ["x"]), "restrict": ([{"view": ["a"]}], [{"see": ["a"]}]),
    "status": (["Draft", {"name": "Draft", "colour": "red"}], ["x" * 21, {"name": "Draft", "colour": "pink"}]), "banner": ([False], ["x"]),
    "notify": ([True], ["x"]), "attachment_names": (["file", "path", {"a.png": "b.png"}], ["own", {"a.png": "x/b.png"}, {"a": 1}, ["a"]]), "attachments": (["a.pdf", ["a.pdf"]], [5]), "ignore": (["missing-alt"], [5]),
}  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_the_schema_of_front_matter_says_what_the_readers_take(key: str) -> None:
    checker = jsonschema.Draft202012Validator(front_matter_schema())
    good, bad = VALUES[key]
    for value in good:
        assert KEYS[key](value) is not None and checker.is_valid({"confluence": {key: value}}), value
    for value in bad:
        assert KEYS[key](value) is None and not checker.is_valid({"confluence": {key: value}}), value
    assert checker.is_valid({"tags": ["x"], "weight": 3}) and not checker.is_valid({"confluence": {"labls": ["a"]}})
