"""Settings: what a file of the repository may not say, and that whatever it says ends in values or in messages with a line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.config.connection import connection_settings
from publisher.config.file import user_file
from publisher.config.load import load_all, load_config
from publisher.config.options import OPTIONS
from publisher.errors import UsageError


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for option in OPTIONS:
        monkeypatch.delenv(option.environment, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def project(folder: Path, text: str, name: str = "publisher.yml") -> Path:
    top = folder / "project"
    (top / "docs").mkdir(parents=True, exist_ok=True)
    (top / name).write_text(text, encoding="utf-8")
    return top


def message(folder: Path, text: str) -> str:
    with pytest.raises(UsageError) as caught:
        load_config((project(folder, text),), {})
    return str(caught.value)


TRUST = ["proxy", "ca_bundle", "client_cert", "client_key", "insecure", "allow_http", "headers", "gateway", "gateway_url", "control_url",
         "connection", "trusted_hosts", "token_file", "client_id", "kroki_url", "programs", "log_file", "allow_private_hosts"]  # fmt: skip


@pytest.mark.parametrize("key", TRUST)
@pytest.mark.parametrize(
    "form", ["{key}: x", "profiles:\n  a:\n    {key}: x", "collections:\n- docs: docs\n  {key}: x"]
)
def test_a_file_of_the_repository_does_not_say_whom_to_trust(tmp_path: Path, key: str, form: str) -> None:
    text = form.format(key=key)
    said = message(tmp_path, "docs: docs\n" + text)
    variable = next(option.environment for option in OPTIONS if option.key == key)
    line = text.count("\n") + 2
    assert f"publisher.yml:{line}: `{key}` decides where requests go" in said and f"set {variable}" in said


def test_every_such_setting_is_one_of_the_table() -> None:
    assert {option.key for option in OPTIONS if option.trust} == set(TRUST)
    assert not [option.key for option in OPTIONS if (option.trust or option.secret) and option.in_file]


def test_the_users_own_file_may(tmp_path: Path) -> None:
    user_file().parent.mkdir(parents=True)
    user_file().write_text("proxy: http://proxy.corp:3128\njobs: 2\nspace: MINE\n")
    config = load_config((project(tmp_path, "docs: docs\nspace: DOCS\n"),), {})
    assert connection_settings(config).network.proxy == "http://proxy.corp:3128"
    assert (config.get("jobs"), config.get("space")) == (2, "DOCS")
    user_file().write_text("token: s3cret\n")
    with pytest.raises(UsageError, match="belongs in the environment") as caught:
        load_config((project(tmp_path, "docs: docs\n"),), {})
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost:9", "127.0.0.1", "127.1.2.3:80", "[::1]:9", "LOCALHOST", "x.localhost"])
def test_this_machine_gets_no_login_that_the_file_asks_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    top = project(tmp_path, f"docs: docs\nurl: http://{host}/wiki\n")
    connection_settings(load_config((top,), {}))  # without a login: a sandbox that runs there
    monkeypatch.setenv("CONFLUENCE_TOKEN", "t0ken")
    with pytest.raises(UsageError, match=r"publisher\.yml:2: `url` leads to .* gets no login"):
        connection_settings(load_config((top,), {}))
    connection_settings(load_config((top,), {"url": f"http://{host}/wiki"}))  # a person said so


def test_all_that_is_wrong_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISHER_PRUNE", "sometimes")
    said = message(
        tmp_path,
        "docs: docs\nspcae: X\njobs: many\nprune: maybe\nnav: off\ntoken: abc\nprofiles: [x]\ncollections: word\n",
    )
    for part in ("yml:2: `spcae` is not a setting; did you mean `space`?", "yml:3: `jobs` must be a whole number from 1",
                 "yml:4: `prune` must be one of off, archive, trash, not 'maybe'", "yml:6: `token` belongs in the environment",
                 "yml:7: `profiles` is a mapping", "yml:8: `collections` is a list",
                 "PUBLISHER_PRUNE: `prune` must be one of"):  # fmt: skip
        assert part in said
    assert "abc" not in said and "yml:5" not in said


@pytest.mark.parametrize("text", ["space: A\nspace: B\n", "variables:\n  a: 1\n  b: 2\n  a: 3\n"])
def test_a_key_twice_is_an_error(tmp_path: Path, text: str) -> None:
    last, first = text.count("\n") + 1, 4 if "variables" in text else 2
    first = 3 if "variables" in text else 2
    assert (
        f"publisher.yml:{last}: `{text.splitlines()[-1].split(':')[0].strip()}` is given twice, first on line {first}"
        in message(tmp_path, "docs: docs\n" + text)
    )


def test_words_that_yaml_reads_otherwise(tmp_path: Path) -> None:
    text = "docs: docs\nprune: off\nnav: off\nbanner: off\ntitle: 1.10\ntitle_suffix: 2024-01-02\nparent: 007\nlevels: {broken-link: off}\n"
    config = load_config((project(tmp_path, text + "labels_from: [1.10, tags]\n"),), {})
    assert [config.get(key) for key in ("prune", "nav", "banner", "title", "title_suffix", "parent")] == [
        "off", "off", "off", "1.10", "2024-01-02", "007",
    ]  # fmt: skip
    assert config.get("levels") == {"broken-link": "off"} and config.get("labels_from") == ("1.10", "tags")


def test_the_other_ending(tmp_path: Path) -> None:
    top = project(tmp_path, "docs: docs\nspace: DOCS\n", "publisher.yaml")
    assert load_config((top,), {}).get("space") == "DOCS"
    project(tmp_path, "docs: docs\n")
    with pytest.raises(UsageError, match=r"both publisher\.yml and publisher\.yaml"):
        load_config((top,), {})


def test_a_collection_keeps_its_own_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFLUENCE_SPACE", "ENV")
    monkeypatch.setenv("CONFLUENCE_PARENT", "1")
    text = "collections:\n- {docs: docs, collection: a, space: OWN}\n- {docs: docs, collection: b}\n"
    first, second = load_all((project(tmp_path, text),), {})
    assert (first.get("space"), first.get("parent")) == ("OWN", "")
    assert (second.get("space"), second.get("parent")) == ("ENV", "1")
    assert [config.get("space") for config in load_all((tmp_path / "project",), {"space": "F"})] == ["F", "F"]


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        BOMB, "a: &a [*a]\n", "[" * 5000, "- " * 5000, "variables: " + "{a: " * 3000 + "1" + "}" * 3000, "a: !!python/object:os.system x\n",
        "date: 2024-02-30\n", "jobs: 1e400\n", "jobs: .inf\n", "jobs: .nan\n", "timeout: " + "9" * 5000 + "\n", "a: !!binary é\n", "a: !!int x\n",
        "? [a, b]\n: c\n", "? {a: b}\n: c\n", "<<: 1\n", "<<: [1, 2]\n", "\0", "\x07", "--- a\n--- b\n", "a: 'x", "&", "*x", "!", "%YAML 9.9\n---\na: b",
        "collections: &c\n- docs: docs\n<<: *c\n", "collections: {docs: docs}\n", "collections: [[docs]]\n", "profiles: {a: 1}\n", "docs: ''\n", "docs: [x]\n",
        "docs: 'a\\0b'\n", 'docs: "a\\0b"\n', "space:\n", "space: {a: b}\n", "variables: [a]\n", "defaults: x\n", "1: 2\n", "true: false\n", "null: null\n",
        "collections:\n- docs: '**'\n", "collections:\n- docs: ''\n", "collections:\n- docs: /\n", "collections:\n- docs: '../*'\n",
    ],
)  # fmt: skip
def test_odd_files_end_in_a_message(tmp_path: Path, text: str) -> None:
    try:
        load_all((project(tmp_path, text),), {})
    except UsageError as error:
        assert "publisher.yml" in str(error)


@given(st.text(st.sampled_from("abdocsjpe:-[]{}&*!?|>'\"%@`,#\n\t 019.~<=\x00\x85\u2028\ud7ff"), max_size=80))
def test_any_file_ends_in_values_or_a_message(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "fuzz"
    try:
        load_all((project(folder, text),), {})
    except UsageError as error:
        assert str(error)
