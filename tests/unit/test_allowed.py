"""The one rule for files that documents or settings ask for: nothing outside, hidden, ignored, or Git's own is read."""

from pathlib import Path

import pytest

from publisher.config.load import load_all
from publisher.convert.compose import Conversion, convert
from publisher.convert.includes import MOST_INCLUDED
from publisher.errors import UsageError
from publisher.model.settings import Settings
from publisher.source.allowed import AllowedFiles, allowed_files

CANARY = "c4n4ry-of-the-machine"
PNG = b"\x89PNG\r\n\x1a\n" + CANARY.encode()


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository, and beside it what is none of its business."""
    top = tmp_path / "repo"
    files = {"docs/index.md": "# Home\n", ".env": CANARY, ".git/config": CANARY, ".git/HEAD": "x", "secret.txt": CANARY, "build/out.md": CANARY,
             ".gitignore": "secret.txt\nbuild/\n", "README.md": "# Read me\n", "shared/part.md": "shared words\n"}  # fmt: skip
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    (top / "shared" / "good.png").write_bytes(b"\x89PNG good")
    for name in (".hidden.png", "build/x.png", ".git/x.png"):
        (top / name).write_bytes(PNG)
    (tmp_path / "outside.md").write_text(CANARY)
    (tmp_path / "outside.png").write_bytes(PNG)
    return top


def build(top: Path, **values: object) -> Conversion:
    return convert(Settings.of(top / "docs", syntax=("+includes",), **values))


def holds_canary(conversion: Conversion) -> bool:
    pages = conversion.rendered.pages.values()
    return any(CANARY in page.body for page in pages) or any(
        CANARY.encode() in item.path.read_bytes() for page in pages for item in page.attachments
    )


INCLUDES = ['--8<-- "{}"', "{{{{#include {}}}}}", "{{! {} !}}", "::include{{file={}}}"]


@pytest.mark.parametrize("form", INCLUDES)
@pytest.mark.parametrize("path", ["../.env", "../.git/config", "../secret.txt", "../build/out.md", "../../outside.md", "/proc/self/environ",
                                  "environ", "link.md", "folder/out.md", "../docs/../.git/config"])  # fmt: skip
def test_includes(top: Path, form: str, path: str) -> None:
    (top / "docs" / "link.md").symlink_to(top.parent / "outside.md")
    (top / "docs" / "folder").symlink_to(top / "build")
    (top / "docs" / "index.md").write_text(f"# Home\n\ntext\n\n{form.format(path)}\n")
    made = build(top, assets=("..", "../..", "/proc/self", "../.git"))
    assert not holds_canary(made)
    found = [(item.code, item.path, item.line) for item in made.problems if item.code == "missing-include"]
    assert found == [("missing-include", "index.md", 5)]


@pytest.mark.parametrize("form", INCLUDES)
def test_includes_within_the_repository(top: Path, form: str) -> None:
    (top / "docs" / "index.md").write_text(f"# Home\n\n{form.format('../shared/part.md')}\n")
    made = build(top, assets=("../shared",))
    assert "shared words" in made.rendered.pages["index.md"].body
    assert {item.code for item in made.problems} <= {"git-silent"}  # the repository here is only a folder


@pytest.mark.parametrize(
    "path", ["../.hidden.png", "../build/x.png", "../.git/x.png", "../../outside.png", "link.png", "here.png"]
)
def test_images(top: Path, path: str) -> None:
    (top / "docs" / "link.png").symlink_to(top.parent / "outside.png")
    (top / "docs" / "here.png").symlink_to(top / ".hidden.png")
    (top / "docs" / "index.md").write_text(f"# Home\n\n![a]({path})\n")
    made = build(top, assets=("..", "../.."))
    assert not holds_canary(made) and not made.rendered.pages["index.md"].attachments
    assert {(item.path, item.line) for item in made.problems if "image" in item.code} == {("index.md", 3)}


def test_links_that_point_within_the_repository_are_followed(top: Path) -> None:
    (top / "docs" / "index.md").unlink()
    (top / "docs" / "index.md").symlink_to("../README.md")
    (top / "docs" / "shared").symlink_to("../shared")
    (top / "docs" / "a.md").write_text("# A\n\n![good](shared/good.png)\n")
    made = build(top)
    assert made.rendered.pages["index.md"].title == "Read me" and "shared/part.md" in made.rendered.pages
    assert [item.path.read_bytes() for item in made.rendered.pages["a.md"].attachments] == [b"\x89PNG good"]
    assert not [item for item in made.problems if item.code == "outside-file"]


def test_links_that_lead_elsewhere_are_named(top: Path) -> None:
    docs = top / "docs"
    (docs / "a.md").symlink_to("../../outside.md")
    (docs / "b.md").symlink_to("../secret.txt")
    (docs / "c").symlink_to("../.git")
    (docs / "d.md").symlink_to("d.md")
    made = build(top)
    refused = {item.path: item.message for item in made.problems if item.code == "outside-file"}
    assert not holds_canary(made) and list(made.rendered.pages) == ["index.md"]
    assert {key: "outside" in text or "ignored" in text or "hidden" in text for key, text in refused.items()} == {
        "a.md": True, "b.md": True, "c": True
    }  # fmt: skip


def test_a_link_that_windows_made_a_file_of(top: Path) -> None:
    docs = top / "docs"
    (docs / "a.md").write_text("../README.md")
    (docs / "b.md").write_text("../../outside.md")
    (docs / "good.png").write_text("../shared/good.png")
    (docs / "index.md").write_text("# Home\n\n![good](good.png)\n")
    made = build(top)
    assert made.rendered.pages["a.md"].title == "Read me" and not holds_canary(made)
    assert [item.path.read_bytes() for item in made.rendered.pages["index.md"].attachments] == [b"\x89PNG good"]


def test_without_git_the_folder_of_the_settings_counts(tmp_path: Path) -> None:
    for name in ("project/docs/index.md", "project/img/x.md", "other/y.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    docs, folder = tmp_path / "project" / "docs", tmp_path / "project"
    with_file, without = allowed_files(docs, folder), allowed_files(docs)
    assert [with_file.refusal(folder / "img" / "x.md"), bool(without.refusal(folder / "img" / "x.md"))] == ["", True]
    assert "outside" in with_file.refusal(tmp_path / "other" / "y.md")
    named = allowed_files(docs, folder, [tmp_path / "other"])  # by a person, with a flag
    assert named.refusal(tmp_path / "other" / "y.md") == ""


@pytest.mark.parametrize(
    "text", ["docs: ../..\n", "docs: /\n", "docs: out\n", "collections:\n- docs: ../*\n", "profiles: {x: {docs: ..}}\n"]
)
def test_docs_of_a_file_stay_in_its_repository(top: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (top / "sub").mkdir()
    (top / "sub" / ".git").mkdir()
    (top / "sub" / "out").symlink_to(top.parent)
    (top / "sub" / "publisher.yml").write_text(text)
    monkeypatch.setenv("PUBLISHER_PROFILE", "x" if "profiles" in text else "")
    with pytest.raises(UsageError, match=r"publisher\.yml:\d.*: `docs` leads to .*, outside "):
        for config in load_all((top / "sub",), {}):
            convert(config.settings())


@pytest.mark.parametrize("kind", ["link", "folder", "include"])
def test_templates(top: Path, kind: str) -> None:
    (top / "templates").mkdir()
    text = "docs: docs\ntemplates: templates\n"
    if kind == "link":
        (top / "templates" / "x.xml.j2").symlink_to(top / ".env")
    elif kind == "folder":
        (top.parent / "outside").mkdir()
        (top.parent / "outside" / "x.xml.j2").write_text("{#- x: body -#}<p/>")
        text = "docs: docs\ntemplates: ../outside\n"
    else:
        text = "docs: docs\ntemplates: .\n"
        (top / "x.xml.j2").write_text("{#- x: body -#}{% include '.env' %}{% include '.git/config' %}<p/>")
        (top / "docs" / "index.md").write_text("# Home\n\n```macro\nname: x\n```\n")
    (top / "publisher.yml").write_text(text)
    settings = load_all((top,), {})[0].settings()
    if kind == "include":
        made = convert(settings)
        assert not holds_canary(made) and any("index.md" in item.path and item.line for item in made.problems)
    else:
        with pytest.raises(UsageError, match=r"publisher\.yml:2: `templates`: .* so it is not read"):
            convert(settings)


def test_includes_that_multiply(top: Path) -> None:
    docs = top / "docs"
    (docs / "x0.txt").write_text("word " * 2000)
    for level in range(1, 7):
        (docs / f"x{level}.txt").write_text(f'--8<-- "x{level - 1}.txt"\n' * 20)
    (docs / "index.md").write_text('# Home\n\n--8<-- "x6.txt"\n')
    made = build(top)
    assert any(item.code == "missing-include" and item.line == 3 for item in made.problems)
    assert len(made.rendered.pages["index.md"].body) < 4 * MOST_INCLUDED


def test_names_that_no_system_has(top: Path) -> None:
    files = AllowedFiles(top)
    assert files.refusal(Path("a\0b")) and files.refusal(Path("/")) and files.refusal(Path("~root/.ssh/id"))


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (".gitbook/assets/a.png", ""),
        ("docs/.gitbook/assets/a.png", ""),
        (".gitbook/assets/.env", "is hidden"),
        (".gitbook/a.png", "is hidden"),
        (".gitbook/x/assets/a.png", "is hidden"),
        (".github/assets/a.png", "is hidden"),
    ],
)
def test_of_hidden_folders_only_the_pictures_of_a_gitbook_are_read(top: Path, path: str, why: str) -> None:
    (top / path).parent.mkdir(parents=True, exist_ok=True)
    (top / path).write_bytes(PNG)
    assert allowed_files(top / "docs").refusal(top / path) == why
