"""The guide is as good as its examples: each runs here as it is written, and what is shown as output is its output."""

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import jsonschema
import pytest
import yaml
from guide import GUIDE, ROOT, Block, Desk, blocks_of, desk, guide_pages, sample_project

from publisher.cli.main import cli
from publisher.cli.resources import make_command
from publisher.config.schema import json_schema
from publisher.confluence.operations.table import BY_NAME

#: Problem pages have a test of their own: tests/unit/test_problem_pages.py. The README's first block: tests/e2e/test_wheel.py.
PAGES = [path for path in guide_pages() if "problems" not in path.parts and blocks_of(path)]
#: Kinds of files that are not ours, with the schema that their systems publish.
SCHEMAS = {
    r"\.github/workflows/.*\.yml": "vendor.github-workflows",
    r"\.gitlab-ci\.yml": "vendor.gitlab-ci",
    r"azure-pipelines\.yml": "vendor.azure-pipelines",
    r"bitbucket-pipelines\.yml": "vendor.bitbucket-pipelines",
}
#: Programs that fetch something, or that are installed by it: such a line is read, and not run.
FETCHING = ("docker", "pip", "pipx", "uvx", "npm", "npx", "apt", ".venv/bin/", "python3 -m venv", "just ")
#: Commands that stay until they are stopped.
STAYING = ("publisher preview", "publisher watch", "publisher sandbox")
#: The one placeholder for the place of Publisher itself; each page that has it explains it.
PLACEHOLDER, EXPLAINED = "YOUR-ORG/publisher", "`YOUR-ORG/publisher` is the repository that holds Publisher"


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_the_examples_of_a_page(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update: bool) -> None:
    outputs: list[tuple[Block, str]] = []
    flavor = "datacenter" if "data-center" in path.name else "cloud"
    with desk(tmp_path, monkeypatch, flavor) as at:
        monkeypatch.delenv("CONFLUENCE_SPACE")  # a page says which space it means
        sample_project(at, path)
        for block in blocks_of(path):
            if block.language == "text" and block.title == "output":
                outputs.append((block, shown(at)))
            else:
                do(at, block)
        for block in blocks_of(path):
            if block.language == "markdown" and block.title and (at.folder / block.title).is_file():
                at.write(block)
                check_file(at, block.title, block)
    wrong = [(block, said) for block, said in outputs if not alike(block.text, said)]
    if update and wrong:
        rewrite(path, wrong)
        wrong = []
    for block, said in wrong:
        assert block.text == said, f"{block}: run pytest --update-golden"


def do(at: Desk, block: Block) -> None:
    match block.language:
        case "sh":
            run_lines(at, block)
        case "python" if not block.title:
            code = at.plain(block.text)
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=at.folder)
            assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
            at.said = done.stdout
        case "yaml":
            check_yaml(at, block)
        case "markdown" if not is_shown_live(block):  # those are a part of the guide, which has no problems
            check_markdown(at, block)
        case "" | "bash" | "shell" | "console":
            pytest.fail(f"{block}: the language of a block is one of sh, text, yaml, markdown, python, …")
        case _ if "." in block.title:
            at.write(block)


def is_shown_live(block: Block) -> bool:
    """Whether the result is beside the source: tests/unit/test_docs.py."""
    lines = (ROOT / block.page).read_text(encoding="utf-8").splitlines()
    return lines[block.line - 2] == "::::: column"


def run_lines(at: Desk, block: Block) -> None:
    rows = [row for row in block.text.splitlines() if row.strip()]
    if any(row.startswith(FETCHING) for row in rows) or "--open --wait" in block.text:  # a person logs in
        done = subprocess.run(["bash", "-n", "-c", block.text], capture_output=True, text=True)
        assert done.returncode == 0, f"{block}\n{done.stderr}"
        return
    try:
        kept: list[str] = []
        for row in rows:
            if row.startswith(STAYING) and "--output" not in row:
                at.run("\n".join(kept))
                kept = []
                at.stay(row)
            else:
                kept.append(row)
        at.run("\n".join(kept), exact=True)
    except AssertionError as error:
        raise AssertionError(f"{block}: {error}") from None


def check_yaml(at: Desk, block: Block) -> None:
    """By the schema of the file that the block is for."""
    assert block.title, f"{block}: say in the title which file this is"
    schema = next((schema for pattern, schema in SCHEMAS.items() if re.fullmatch(pattern, block.title)), "")
    if block.title.endswith("publisher.yml"):
        found = yaml.safe_load(block.text.replace(": off", ": 'off'"))
        jsonschema.validate(found, json_schema())
        at.write(block)
    elif schema:
        at.write(block)
        command = [sys.executable, "-m", "check_jsonschema", "--regex-variant", "python", "--builtin-schema", schema]
        done = subprocess.run([*command, block.title], capture_output=True, text=True)
        assert done.returncode == 0, f"{block}\n{done.stdout}"
    elif block.title.endswith(".md"):
        check_markdown(at, block)
    elif block.title == "macro":
        text = f"# A\n\n```macro\n{block.text}```\n"
        check_markdown(at, Block(block.page, block.line, "markdown", "", text, ""))
    else:
        assert block.title in {"mkdocs.yml", ".pre-commit-config.yaml"} and yaml.safe_load(block.text)
        at.write(block)


def check_markdown(at: Desk, block: Block) -> None:
    """It has no problem. A block without a title is a document of its own, for a moment."""
    name = block.title or "docs/example.md"
    path = at.folder / name
    front = f"{block.text}\n# A\n" if block.language == "yaml" else block.text
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(front, encoding="utf-8")
    if block.title and block.language == "markdown":
        return  # what it links to may come further below: it is checked at the end of the page
    check_file(at, name, block)
    if not block.title:
        path.unlink()


def check_file(at: Desk, name: str, block: Block) -> None:
    at.publisher("check", name, "--format", "json", exact=False, also=(2,))
    if at.code == 2 and "no document that is published" in at.said:
        return  # the page shows how to leave a document out
    text = (ROOT / block.page).read_text(encoding="utf-8")
    found = [item for item in json.loads(at.said)["problems"] if item["code"] not in {"syntax-off", "unused-file"}]
    assert [item for item in found if item["code"] not in text] == [], f"{block}: {found}"


def shown(at: Desk) -> str:
    """The output as a reader would see it, on a site and not on this machine."""
    text = at.said.replace(at.address, "https://example.atlassian.net").replace("sandbox-account", "Ada")
    text = text.replace("Sandbox (Ada)", "Ada (557058:1f2e)")
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n"


def alike(written: str, said: str) -> bool:
    """But for numbers that differ from run to run: ids, hashes, ports, times."""
    return plain(written) == plain(said)


def plain(text: str) -> str:
    text = re.sub(r"(/pages/|localhost:|127\.0\.0\.1:)\d+", r"\1N", text)
    text = re.sub(r"\d+\.\d s|\d+ ms|\d{4}-\d\d-\d\d(T[\d:.]+Z?)?|\d\d:\d\d(:\d\d)?", "T", text)
    return re.sub(r"\b[0-9a-f]{7,40}\b|\d+ (requests|writes)", "N", text)


def rewrite(path: Path, wrong: list[tuple[Block, str]]) -> None:
    """With the real output."""
    lines = path.read_text(encoding="utf-8").split("\n")
    for block, said in sorted(wrong, key=lambda pair: -pair[0].line):
        indent = re.match(" *", lines[block.line - 1])
        assert indent is not None
        new = [indent[0] + line if line else "" for line in said.rstrip("\n").split("\n")]
        lines[block.line : block.line + block.text.count("\n")] = new
    path.write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize("path", guide_pages(), ids=name_of)
def test_every_command_that_is_named_exists(path: Path) -> None:
    """In blocks and in the text: the command, and each of its options."""
    text = re.sub(r"\\\n\s*", " ", path.read_text(encoding="utf-8"))
    wrong = []
    for found in re.finditer(r"(?<![\w/.:#-])(?<!from )publisher ((?:[a-z][a-z-]*)(?: [^`\n|;&#>)]*)?)", text):
        if not is_code(text, found.start()):
            continue
        words = found[1].split()
        command: click.Command | None = cli
        while words and isinstance(command, click.Group):
            command = command.get_command(click.Context(command), words.pop(0).rstrip(".,:"))
        if command is None:
            wrong.append(found[0])
            continue
        if command.name == "search":  # made when it is run
            command = make_command(BY_NAME["search"])
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        known |= {"--help", "--help-all"}
        wrong += [
            f"{found[0]}: {word}"
            for word in words
            if re.match(r"--[a-z]", word) and word.split("=")[0].rstrip(".,") not in known
        ]
    assert wrong == []


def is_code(text: str, position: int) -> bool:
    """Whether a place is in a span of code, or in a block."""
    before = text[:position]
    fences = re.findall(r"^ *(`{3,})", before, re.M)
    line = before.rpartition("\n")[2]
    return len(fences) % 2 == 1 or line.count("`") % 2 == 1


def test_one_placeholder_for_the_place_of_publisher() -> None:
    """Every example that fetches Publisher names the same repository, and its page says what to put there."""
    for path in guide_pages():
        blocks = "".join(block.text for block in blocks_of(path))
        others = re.findall(r"(?:git\+https?://|uses: |repo: )\S*publisher\S*", blocks)
        assert [other for other in others if PLACEHOLDER not in other] == [], path
        assert PLACEHOLDER not in blocks or EXPLAINED in path.read_text(encoding="utf-8"), path


def test_the_guide_uses_one_form_for_each_placeholder() -> None:
    """The address, the account and the space are the same on every page."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in guide_pages())
    assert set(re.findall(r"https://([\w-]+)\.atlassian\.net", text)) <= {"example"}
    assert not re.search(r"CONFLUENCE_TOKEN=(?!your-token\b|\"\$)\S", text)
    assert (GUIDE / "index.md").is_file()
