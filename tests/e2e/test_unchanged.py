"""The proof that nothing has changed holds for another process, with another hash seed, in another folder."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from publisher.sandbox.app import running

PAGES = 60
PNG = b"\x89PNG\r\n\x1a\n0000"
SETTINGS = """\
collection: same
people: {"@ann": a1, "@bob": b2, "@cid": c3}
jira_projects: [AB, CD, EF, GH]
variables: {product: Rocket, version: "2"}
levels: {missing-alt: notice, unused-file: off}
syntax: [+emoji, +mark, -math]
"""
#: A run of the command line that notes which documents were parsed.
SCRIPT = """
import json, sys
from pathlib import Path
import publisher.convert.documents as documents
from publisher.cli.main import cli
parse, parsed = documents.parse_document, []
def noting(key, *rest):
    parsed.append(key)
    return parse(key, *rest)
documents.parse_document = noting
try:
    cli(sys.argv[2:])
finally:
    Path(sys.argv[1]).write_text(json.dumps(parsed))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """``parsed``: keys of documents; ``requests`` and ``writes`` as the command counts them."""

    parsed: list[str]
    requests: int
    writes: int


@dataclass(frozen=True, slots=True)
class Machines:
    """One Confluence, and folders with the same documents."""

    root: Path
    address: str

    def publish(self, folder: str, seed: int) -> Run:
        note = self.root / "parsed.json"
        seen = {name: value for name, value in os.environ.items() if not name.startswith("CONFLUENCE_")}
        environ = {**seen, "PYTHONHASHSEED": str(seed), "CONFLUENCE_URL": self.address, "CONFLUENCE_TOKEN": "good",
                   "CONFLUENCE_SPACE": "DOCS"}  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(note), "publish", ".", "--yes"],
            cwd=self.root / folder,
            env=environ,
            capture_output=True,
            text=True,
            timeout=120,
        )
        said = done.stdout + done.stderr
        found = re.search(r"\((\d+) requests(?:, (\d+) writes?)?\)", said)
        assert done.returncode == 0 and found, said
        return Run(json.loads(note.read_text()), int(found[1]), int(found[2] or 0))


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    docs = tmp_path / "one" / "docs"
    for number in range(PAGES - 1):
        file = docs / f"part{number % 5}" / f"page{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\nlabels: [c, a, b]\n---\n# Page {number}\n\n@ann saw AB-1 in {{product}} ![](../i.png)\n")
    (docs / "index.md").write_text("# Home\n\n[one](part1/page1.md)\n")
    (docs / "i.png").write_bytes(PNG)
    (docs / "publisher.yml").write_text(SETTINGS)
    (tmp_path / "another" / "place").mkdir(parents=True)
    shutil.copytree(docs, tmp_path / "another" / "place" / "docs")
    with running(":memory:", token="good") as (address, store):
        store.create_space("DOCS", "Docs")
        yield Machines(tmp_path, address)


def test_a_second_process_in_another_folder_parses_and_writes_nothing(machines: Machines) -> None:
    first = machines.publish("one/docs", seed=1)
    assert len(set(first.parsed)) == PAGES and first.writes > PAGES
    second = machines.publish("another/place/docs", seed=2)
    assert second.parsed == ["index.md"]  # its title is that of the root page
    assert second.writes == 0
    assert second.requests <= 3 + 1 + 1  # with one for 250 pages, and one to find the product


def test_one_changed_byte_ends_the_proof(machines: Machines) -> None:
    machines.publish("one/docs", seed=1)
    page = machines.root / "another" / "place" / "docs" / "part1" / "page1.md"
    page.write_text(page.read_text() + "!\n")
    second = machines.publish("another/place/docs", seed=2)
    assert len(set(second.parsed)) == PAGES and 0 < second.writes < 10


def test_what_a_navigation_hides_has_no_order(machines: Machines) -> None:
    """A set has another order in each process; here it holds a dozen documents."""
    for folder in ("one", "another/place"):
        (machines.root / folder / "docs" / "mkdocs.yml").write_text("site_name: Home\nexclude_docs: |\n  /part2/\n")
    first = machines.publish("one/docs", seed=1)
    assert first.writes > 40
    for seed in (2, 3):
        second = machines.publish("another/place/docs", seed=seed)
        assert set(second.parsed) <= {"index.md"} and second.writes == 0, seed
