"""The fenced blocks of the guide, and a place to do what they say: a temporary folder with a Confluence."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher.cli.main import cli
from publisher.sandbox.app import running
from publisher.sandbox.store import Store

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "sample-docs"
_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|~{3,})(?P<info>[^`\n]*)$")
_TITLE = re.compile(r'title="([^"]*)"')
#: What only a shell can do.
_SHELL = re.compile(r"[|&;<>$`*?]|^\s*\w+=")


@dataclass(frozen=True)
class Block:
    """A fenced block: ``title`` is the file that it is, ``section`` the heading above it."""

    page: str
    line: int
    language: str
    title: str
    text: str
    section: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_of(path: Path) -> list[Block]:
    """Every fenced block that is not inside another one, without the indentation of its list item."""
    found, section, rows = [], "", iter(enumerate(path.read_text(encoding="utf-8").splitlines(), 1))
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    for number, row in rows:
        if row.startswith("#"):
            section = row.lstrip("#").strip()
        opened = _FENCE.match(row)
        if opened is None:
            continue
        lines = []
        for _, inner in rows:
            closed = _FENCE.match(inner)
            if closed and not closed["info"].strip() and closed["fence"].startswith(opened["fence"]):
                break
            lines.append(inner.removeprefix(opened["indent"]))
        title = _TITLE.search(opened["info"])
        language = (opened["info"].split() or [""])[0]
        found.append(
            Block(name, number, language, title[1] if title else "", "".join(f"{line}\n" for line in lines), section)
        )
    return found


def headings_of(path: Path, level: int) -> list[str]:
    """The headings of a level. What is in a fence is none."""
    inside = {
        number for block in blocks_of(path) for number in range(block.line, block.line + block.text.count("\n") + 1)
    }
    rows = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return [row[level + 1 :] for number, row in rows if row.startswith("#" * level + " ") and number not in inside]


def guide_pages() -> list[Path]:
    """Every page of the guide, and the README."""
    return [ROOT / "README.md", *sorted(GUIDE.rglob("*.md"))]


@dataclass
class Desk:
    """A folder to work in, with a Confluence. ``said`` is what the last command printed, ``code`` what it ended with."""

    folder: Path
    store: Store
    address: str
    said: str = ""
    code: int = 0

    def write(self, block: Block) -> None:
        """The file that the block shows."""
        path = self.folder / block.title
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")

    def plain(self, text: str) -> str:
        """The site of the guide is this Confluence."""
        return text.replace("https://example.atlassian.net", self.address)

    def run(self, text: str, *, exact: bool = False) -> None:
        """Lines of a shell. A plain `publisher …` runs in this process, for speed; all else in a real shell.

        ``exact``: a command ends with 0, or with the code that the comment behind it names (`# exit code 4`).
        """
        rows = re.sub(r"\\\n\s*", "", self.plain(text)).splitlines()
        if any("$(" in row or "<<" in row or re.match(r"\s*(export |cd |\w+=)", row) for row in rows):
            return self._shell("\n".join(rows))
        for row in filter(str.strip, rows):
            command, _, comment = row.partition(" #")
            if command.startswith("publisher ") and not _SHELL.search(command):
                said = re.search(r"exit code (\d+)", comment)
                self.publisher(*shlex.split(command)[1:], exact=exact, code=int(said[1]) if said else 0)
            elif row.strip():
                self._shell(row.strip())
        return None

    def publisher(self, *words: str, exact: bool = False, code: int = 0, also: tuple[int, ...] = ()) -> None:
        """A command of ours."""
        done = CliRunner().invoke(cli, list(words))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        self.said, self.code = done.output, done.exit_code
        allowed = {code, *also} if exact else {0, 3, 6, 10, *also}
        assert self.code in allowed, f"publisher {shlex.join(words)} ended with {self.code}\n{self.said}"

    def stay(self, row: str) -> None:
        """A command that does not end by itself: until it says where it is, or a second has passed."""
        words = [sys.executable, "-m", "publisher", *shlex.split(row, comments=True)[1:]]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            assert process.stdout is not None
            self.said = ""
            for line in process.stdout:
                self.said += line
                if "http://" in line:
                    break
            process.send_signal(signal.SIGINT)
            self.said += process.stdout.read()
        assert "http://" in self.said and "Traceback" not in self.said, self.said

    def _shell(self, text: str) -> None:
        done = subprocess.run(["bash", "-euc", text], capture_output=True, text=True, timeout=120)
        self.said, self.code = done.stdout + done.stderr, done.returncode
        assert self.code == 0, f"{text}\n{self.said}"


#: What the guide supposes where it does not say more: a small docs folder in a clone.
SAMPLE = {
    "docs/index.md": "# Handbook\n\nWelcome to the team. Begin with the [setup](guide/setup.md).\n",
    "docs/guide/index.md": "# Guide\n\nHow we work.\n",
    "docs/guide/setup.md": "# Setup\n\nInstall the tools, then ask for an account.\n",
    "docs/guide/faq.md": "# Questions\n\nWhom do I ask? Anybody.\n",
}


def sample_project(at: Desk, page: Path | None = None) -> None:
    """A clone of a repository on the branch main, with the sample documents unless the page has documents of its own."""
    own = page and any(
        re.fullmatch(r"docs/\w+\.md", block.title) and block.language == "markdown" for block in blocks_of(page)
    )
    for name, text in ({"README.md": "# Handbook\n"} if own else SAMPLE).items():
        path = at.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    at.run(
        "git config --global user.name ada && git config --global user.email ada@example.com\n"
        "git config --global init.defaultBranch main && git config --global advice.detachedHead false\n"
        "git init --quiet --bare ../origin.git\n"
        "git init --quiet && git add . && git commit --quiet -m 'Write the handbook'\n"
        "git remote add origin ../origin.git && git push --quiet origin main\n"
    )


@contextmanager
def desk(folder: Path, patch: pytest.MonkeyPatch, flavor: str = "cloud", space: str = "DOCS") -> Iterator[Desk]:
    """The folder is the working folder, and a Confluence of its own is named by the environment."""
    work, home = folder / "work", folder / "home"
    work.mkdir()
    home.mkdir()
    for name in list(os.environ):
        if name.startswith(("CONFLUENCE_", "PUBLISHER_", "MATON_", "GIT_", "GITHUB_", "CI")):
            patch.delenv(name)
    with running(":memory:", flavor=flavor) as (address, store):
        store.create_space(space, "Docs")
        patch.chdir(work)
        patch.setattr(sys, "argv", ["publisher"])  # what messages tell people to type
        for name, value in {
            "HOME": home, "XDG_DATA_HOME": home / "data", "XDG_CACHE_HOME": home / "cache", "NO_COLOR": "1",
            "XDG_CONFIG_HOME": home / "config", "PUBLISHER_SANDBOX_STATE": home / "sandbox",
            "CONFLUENCE_URL": address + ("/confluence" if flavor == "datacenter" else ""), "CONFLUENCE_USER": "ada@example.com",
            "CONFLUENCE_TOKEN": "token", "CONFLUENCE_SPACE": space, "GIT_CONFIG_NOSYSTEM": "1",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }.items():  # fmt: skip
            patch.setenv(name, str(value))
        yield Desk(work, store, address)
