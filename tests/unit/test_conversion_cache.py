"""The cache of conversions on disk: only ever a shortcut, for one user, one version, and what is whole."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cached import FILES, both, seen, settings_of, write_files

from publisher.convert import documents, engine
from publisher.convert.compose import convert
from publisher.convert.store import Store
from publisher.convert.version import CONVERTER, converter_version
from publisher.errors import UsageError
from publisher.library import check
from publisher.model.settings import Settings
from publisher.render import page as rendering

CORPORA = Path(__file__).parents[3] / "shared/corpora"
GUIDE = Path(__file__).parents[2] / "sample-docs"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_files(tmp_path)
    (tmp_path / "docs/latin.md").write_bytes(b"one\ntw\xf6\n")
    return tmp_path


def counted(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> list[str]:
    """Keys of what a function was called for."""
    calls: list[str] = []
    real: Callable[..., Any] = getattr(module, name)

    def call(first: Any, *rest: Any) -> Any:
        calls.append(first if isinstance(first, str) else first.key)
        return real(first, *rest)

    monkeypatch.setattr(module, name, call)
    return calls


def file_of(cache: Path) -> Path:
    return cache / "conversions" / "conversions.sqlite"


def test_with_and_without_it_the_bytes_are_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = root / "cache"
    plain, cold = both(root, cache)
    parsed = counted(monkeypatch, documents, "parse_document")
    rendered = counted(monkeypatch, rendering, "render_page")
    warm = convert(settings_of(root, cache))
    assert parsed == ["latin.md"]  # what cannot be read is looked at again
    assert {key for key in rendered if warm.tree.pages[key].document} == set()
    assert plain == cold == seen(warm)
    assert {p.code for p in warm.problems} >= {"not-utf8", "broken-link", "broken-anchor", "missing-include"}


@pytest.mark.parametrize(
    "name", ["rust-book", "mkdocs-material", "docusaurus-jest", "vitepress", "obsidian-tasks", "hugo"]
)
def test_of_the_corpora_too(name: str, tmp_path: Path) -> None:
    if not (CORPORA / name).is_dir():
        pytest.skip("needs the corpora")
    settings = Settings.of(CORPORA / name, gitignore=False)
    kept = settings.replace(cache=str(tmp_path))
    assert seen(convert(settings)) == seen(convert(kept)) == seen(convert(kept))


def test_of_the_guide_too(tmp_path: Path) -> None:
    settings = Settings.of(GUIDE)
    kept = settings.replace(cache=str(tmp_path))
    assert seen(convert(settings)) == seen(convert(kept)) == seen(convert(kept))


def test_an_edit_costs_what_it_touches(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = root / "cache"
    both(root, cache)
    (root / "docs/more/p3.md").write_text("# Another title\n\n## End\n")
    parsed = counted(monkeypatch, documents, "parse_document")
    rendered = counted(monkeypatch, rendering, "render_page")
    convert(settings_of(root, cache))
    touched = {"more/p3.md", "more/p2.md", "more/p4.md"}  # one links to it, to the other it links no more
    assert set(parsed) - {"latin.md"} == touched
    assert {key for key in rendered if key.endswith(".md")} == touched


def test_another_converter_trusts_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = root / "cache"
    both(root, cache)
    monkeypatch.setattr(engine, "converter_version", lambda: "another")
    parsed = counted(monkeypatch, documents, "parse_document")
    convert(settings_of(root, cache))
    assert len(parsed) >= sum(name.startswith("docs/") and name.endswith(".md") for name in FILES)


def test_the_version_covers_all_that_a_document_goes_through() -> None:
    """Every module of ours that a conversion imports is in the digest, or is about settings, which are in the keys."""
    script = "import sys, publisher.convert.collections; print(*(n for n in sys.modules if n.startswith('publisher.')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    parts = {name.split(".")[1] for name in done.stdout.split()}
    known = {name.removesuffix(".py") for name in CONVERTER} | {"_version", "reading", "merging", "memory"}
    unknown = parts - known - {"library", "app", "checking", "config", "confluence", "remote", "sync", "apply"}
    assert unknown - {"planning", "report", "web"} == set()
    assert len(converter_version()) == 64


def damage(file: Path, how: str) -> None:
    data = bytearray(file.read_bytes())
    dice = random.Random(how)
    match how:
        case "cut":
            data = data[: len(data) // 2]
        case "empty":
            data = bytearray()
        case "text":
            data = bytearray(b"this is no database\n" * 1000)
        case "zeros":
            data[4096:] = bytes(len(data) - 4096)
        case _:
            for _ in range(200):
                data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    file.write_bytes(data)


@pytest.mark.parametrize("how", ["cut", "empty", "text", "zeros", *(f"bits {n}" for n in range(20))])
def test_what_is_damaged_is_not_there(root: Path, how: str) -> None:
    cache = root / "cache"
    plain, _ = both(root, cache)
    damage(file_of(cache), how)
    assert seen(convert(settings_of(root, cache))) == plain
    assert seen(convert(settings_of(root, cache))) == plain


def test_an_entry_of_another_text_is_not_taken(root: Path) -> None:
    """Each entry has a digest that covers its key as well."""
    cache = root / "cache"
    plain, _ = both(root, cache)
    with sqlite3.connect(file_of(cache)) as database:
        rows = database.execute("SELECT key, value FROM entries").fetchall()
        shuffled = [value for _, value in rows[1:]] + [rows[0][1]]
        database.executemany(
            "UPDATE entries SET value = ? WHERE key = ?", zip(shuffled, (k for k, _ in rows), strict=True)
        )
    assert seen(convert(settings_of(root, cache))) == plain


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs users")
class TestWhoseItIs:
    def test_others_cannot_read_it(self, root: Path) -> None:
        both(root, root / "cache")
        assert (root / "cache/conversions").stat().st_mode & 0o777 == 0o700

    def test_what_others_could_have_written_is_not_read(self, root: Path) -> None:
        """Nor what Git has checked out: its folders are open for reading."""
        both(root, root / "cache")
        (root / "cache/conversions").chmod(0o755)
        kept = Store(root / "cache/conversions")
        with sqlite3.connect(file_of(root / "cache")) as database:
            keys = [key for (key,) in database.execute("SELECT key FROM entries")]
        assert keys
        kept = Store.open(root / "cache/conversions") or kept
        assert kept.read(keys) == {}
        assert (root / "cache/conversions").stat().st_mode & 0o777 == 0o700

    def test_the_folder_of_another_user_is_not_used(
        self, root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        cache = root / "cache"
        plain, _ = both(root, cache)
        before = file_of(cache).read_bytes()
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
        assert seen(convert(settings_of(root, cache, cache_named=True))) == plain
        assert file_of(cache).read_bytes() == before and "is not used" in caplog.text

    def test_a_link_is_not_followed(self, root: Path) -> None:
        (root / "elsewhere").mkdir(mode=0o700)
        (root / "cache").mkdir()
        (root / "cache/conversions").symlink_to(root / "elsewhere")
        plain, again = both(root, root / "cache")
        assert plain == again and list((root / "elsewhere").iterdir()) == []


def test_without_a_place_everything_works(root: Path) -> None:
    (root / "cache").write_text("a file")
    plain, again = both(root, root / "cache")
    assert plain == again


def test_it_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "kept"
    keys = [bytes([n % 256, n // 256]) * 16 for n in range(1500)]
    data = random.Random(1).randbytes(2000)
    for day, start in enumerate(range(0, 1500, 100)):
        kept = Store.open(folder)
        assert kept is not None
        kept.most = 1_000_000
        monkeypatch.setattr(time, "time", lambda day=day: 86_400.0 * (1 + day))
        kept.read(keys[:50])  # used each day
        for key in keys[start : start + 100]:
            kept.put(key, data)
        kept.close()
    kept = Store.open(folder)
    assert kept is not None
    assert (folder / "conversions.sqlite").stat().st_size < 1_100_000
    assert len(kept.read(keys[:50])) == 50 and len(kept.read(keys[1450:])) == 50
    assert kept.read(keys[400:500]) == {}
    kept.close()


def test_two_runs_at_once(root: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from cached import settings_of, seen; from publisher.convert.compose import convert\n"
        "root = Path(sys.argv[1])\n"
        "for _ in range(5): sys.stdout.write(str(hash(repr(seen(convert(settings_of(root, root / 'cache')))))) + '\\n')\n"
    )
    environ = {**os.environ, "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-c", script, str(root)]
    top = Path(__file__).parents[1]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ, cwd=top) for _ in range(3)]
    said = {line for run in runs for line in run.communicate()[0].split()}
    assert len(said) == 1 and all(run.returncode == 0 for run in runs)
    with sqlite3.connect(file_of(root / "cache")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_off_and_where_it_may_be(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(root / "home"))
    monkeypatch.setenv("PUBLISHER_CACHE", "")
    usual = root / "home/publisher/conversions/conversions.sqlite"
    check(root / "docs", cache="off")
    assert not usual.exists()
    check(root / "docs")
    assert usual.exists() == sys.platform.startswith("linux")
    with pytest.raises(UsageError, match="inside the docs folder"):
        check(root / "docs", cache=str(root / "docs/cache"))
    settings = root / "publisher.yml"
    settings.write_text("docs: docs\ncache: ../other\n")
    with pytest.raises(UsageError, match="leads to"):
        check(root / "docs")
    settings.write_text("docs: docs\ncache: off\n")
    shutil.rmtree(root / "home", ignore_errors=True)
    check(root / "docs")
    assert not usual.exists()
    settings.write_text("docs: docs\ncache: .kept\n")
    check(root / "docs")
    assert file_of(root / ".kept").exists()


def test_fewer_documents_need_none(tmp_path: Path) -> None:
    write_files(tmp_path, {"docs/index.md": "# One\n", "docs/two.md": "# Two\n"})
    convert(Settings.of(tmp_path / "docs", cache=str(tmp_path / "cache")))
    assert not (tmp_path / "cache").exists()


def test_off_is_no_folder_for_a_library_either(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    convert(Settings.of(root / "docs", cache="off"))
    assert not (root / "off").exists()
