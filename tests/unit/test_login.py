"""`publisher login` keeps a token that Confluence takes, for one site, and shows it to nobody."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from click.testing import CliRunner
from keyring.backend import KeyringBackend

from publisher.cli.main import cli
from publisher.confluence.client import Client
from publisher.sandbox.app import running

TOKEN = "t0ken-of-somebody"
Run = Callable[..., str]


class Memory(KeyringBackend):
    """A key ring for one test."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring() -> Iterator[Memory]:
    before, made = keyring.get_keyring(), Memory()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def run(ring: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    for name in [name for name in os.environ if name.startswith(("CONFLUENCE_", "PUBLISHER_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    with running(":memory:", token=TOKEN) as (address, store):
        store.create_space("DOCS", "Docs")
        monkeypatch.setenv("CONFLUENCE_URL", address + "/wiki")

        def command(*words: str, typed: str = "", code: int = 0) -> str:
            done = CliRunner().invoke(cli, list(words), input=typed)
            assert done.exit_code == code, done.output
            assert TOKEN not in done.output
            return done.output

        yield command


def test_a_token_is_kept_for_its_site_and_forgotten(run: Run, ring: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    send = Client._send

    def noted(self: Client, *arguments: Any, **more: Any) -> Any:
        asked.append(str(arguments))
        return send(self, *arguments, **more)

    monkeypatch.setattr(Client, "_send", noted)
    told = run("login", "--user", "you@example.com", typed=f"{TOKEN}\n")
    assert "Logged in to 127.0.0.1 as " in told and len(asked) == 1, asked
    assert ring.kept == {
        ("publisher:127.0.0.1", "user"): "you@example.com",
        ("publisher:127.0.0.1", "you@example.com"): TOKEN,
    }
    assert "DOCS" in run("space", "list")  # without any variable but the address
    assert "is deleted from the key ring" in run("logout")
    assert ring.kept == {} and "has no token" in run("logout")
    assert "no token: set CONFLUENCE_TOKEN" in run("space", "list", code=2)


def test_a_token_without_a_user(run: Run, ring: Memory) -> None:
    run("login", typed=f"  {TOKEN}  \n")
    assert ring.kept == {("publisher:127.0.0.1", "token"): TOKEN}
    assert "DOCS" in run("space", "list")


def test_what_confluence_refuses_is_not_kept(run: Run, ring: Memory) -> None:
    told = run("login", "--user", "u", typed="bad\n", code=5)
    assert ring.kept == {} and "bad" not in told
    assert "no token was given" in run("login", typed="\n", code=2)


def test_the_environment_comes_first(run: Run, ring: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    run("login", typed=f"{TOKEN}\n")
    monkeypatch.setenv("CONFLUENCE_TOKEN", "bad")
    run("space", "list", code=5)


def test_env_files_are_not_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"CONFLUENCE_TOKEN={TOKEN}\n", encoding="utf-8")
    assert "no token: set CONFLUENCE_TOKEN" in run("space", "list", code=2)


def test_a_machine_without_a_key_ring_is_told_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    assert "this machine has no key ring" in run("login", typed="x\n", code=2)
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "publisher-confluence[keyring]" in run("login", typed="x\n", code=2)
