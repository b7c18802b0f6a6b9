"""Documents that say they are no page, where the root page is looked for."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher.cli.main import cli
from publisher.sandbox.app import running

HIDDEN = "---\npublish: false\n---\n# Not here\n"


@pytest.mark.parametrize("hidden", ["index.md", "a.md"])
def test_a_hidden_document_at_the_top_stops_no_publish(hidden: str, tmp_path: Path) -> None:
    (tmp_path / hidden).write_text(HIDDEN)
    (tmp_path / "b.md").write_text("# Here\n\nwords\n")
    with running(":memory:", token="good") as (address, store):
        store.create_space("DOCS", "Docs")
        environ = {"CONFLUENCE_URL": address, "CONFLUENCE_TOKEN": "good"}
        words = ["publish", str(tmp_path), "--space", "DOCS", "--yes"]
        first, second = (CliRunner().invoke(cli, words, env=environ) for _ in range(2))
    assert first.exit_code == 0, first.output
    assert second.exit_code == 0 and "no changes" in second.output


def test_where_every_document_is_hidden_the_message_counts_them(tmp_path: Path) -> None:
    for name in ("index", "a", "b"):
        (tmp_path / f"{name}.md").write_text(HIDDEN)
    with running(":memory:", token="good") as (address, store):
        store.create_space("DOCS", "Docs")
        environ = {"CONFLUENCE_URL": address, "CONFLUENCE_TOKEN": "good"}
        done = CliRunner().invoke(cli, ["publish", str(tmp_path), "--space", "DOCS"], env=environ)
    assert done.exit_code == 2 and "skipped 3 files because of front matter" in done.output
