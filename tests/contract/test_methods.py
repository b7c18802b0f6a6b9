"""The client's methods are real and typed; they are generated from the table, and a test holds them against it."""

import inspect
import subprocess
import sys
import typing
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from publisher import connect
from publisher.cli.items import write_bytes
from publisher.confluence.client import Client
from publisher.confluence.operations.client import Confluence
from publisher.confluence.operations.items import Item
from publisher.confluence.operations.table import OPERATIONS
from publisher.confluence.operations.types import Argument, Operation
from publisher.errors import Unreachable, UsageError
from publisher.sandbox.app import running

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "publisher" / "confluence" / "operations" / "methods"
#: Operation → options that a person would give by place, after its arguments.
BY_PLACE = {
    "page list": ("space",), "page create": ("space", "title", "body"), "page move": ("to",), "blogpost list": ("space",),
    "blogpost create": ("space", "title", "body"), "folder create": ("space", "title"), "comment list": ("page",),
    "comment add": ("page",), "attachment list": ("page",), "custom-content list": ("type",),
}  # fmt: skip
#: What only a command line has.
NOT_IN_PYTHON = {"body-file", "markdown", "output"}
TYPES = {"flag": "bool", "count": "int", "json": "object"}


def annotation(argument: Argument) -> str:
    return "Sequence[str]" if argument.several else TYPES.get(argument.kind, "str")


def parameter(argument: Argument, *, required: bool) -> str:
    kind = annotation(argument)
    if required:
        return f"{argument.key}: {kind}"
    return f"{argument.key}: bool = False" if kind == "bool" else f"{argument.key}: {kind} | None = None"


def signature(operation: Operation) -> tuple[list[str], list[str]]:
    """(parameters as they are written, their names)."""
    placed = BY_PLACE.get(operation.name, ())
    options = {option.name: option for option in operation.options if option.name not in NOT_IN_PYTHON}
    by_place = [*operation.arguments, *(options.pop(name) for name in placed)]
    filters = [name for name in operation.filters if name not in options and name != "cursor"]
    written, open_ended = [], False
    for argument in by_place:
        open_ended = open_ended or not argument.required
        written.append(parameter(argument, required=argument.required and not open_ended))
    named = [parameter(option, required=option.required) for option in options.values()]
    named += [f"{name.replace('-', '_')}: Filter = None" for name in filters]
    named += ["limit: int | None = None"] if operation.paged else []
    names = [argument.key for argument in by_place] + [option.key for option in options.values()]
    names += [name.replace("-", "_") for name in filters] + (["limit"] if operation.paged else [])
    return [*written, *(["*", *named] if named else [])], names


def method(operation: Operation) -> str:
    written, names = signature(operation)
    verb = operation.verb.replace("-", "_")
    kind, call = (
        ("Iterator[Item]", "_rows")
        if operation.paged
        else ("Item", "_item")
        if operation.result
        else ("None", "_nothing")
    )
    tail = ""
    if operation.result == "bytes":
        kind, tail = "bytes", ".data"
    where = "" if operation.on_data_center else " Cloud only."
    passed = "".join(f", {name}={name}" for name in names)
    head = f"def {verb}({', '.join(['self', *written])}) -> {kind}:"
    told = [f"{argument.key}: {argument.help}." for argument in operation.arguments]
    body = f'"""{operation.help}.{where}"""' if not told else '"""' + "\n\n        ".join(
        [f"{operation.help}.{where}", "\n        ".join(told), '"""'])  # fmt: skip
    back = "" if operation.result == "" else "return "
    return f'    {head}\n        {body}\n        {back}self.{call}("{operation.name}"{passed}){tail}\n'


def module(resource: str) -> str:
    rows = [operation for operation in OPERATIONS if operation.resource == resource]
    text = "\n".join(method(operation) for operation in rows)
    name = resource.title().replace("-", "")
    known = [word for word in ("Iterator", "Sequence") if word in text]
    imports = f"from collections.abc import {', '.join(known)}\n\n" if known else ""
    imports += "from publisher.confluence.operations.items import Item\n" if "Item" in text else ""
    base = "Filter, Methods" if "Filter" in text else "Methods"
    doc = '"""Generated from the table of operations by tests/contract/test_methods.py --update-golden: do not edit."""\n\n'
    head = f"from publisher.confluence.operations.methods.base import {base}\n\n\n"
    return f'{doc}{imports}{head}class {name}Methods(Methods):\n    """``confluence.{resource.replace("-", "_")}``."""\n\n{text}'


RESOURCES = sorted({operation.resource for operation in OPERATIONS if operation.verb})


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_methods_are_those_of_the_table(resource: str, update: bool, tmp_path: Path) -> None:
    file, made = FOLDER / f"{resource.replace('-', '_')}.py", tmp_path / "made.py"
    made.write_text(module(resource), encoding="utf-8")
    config = ["--config", str(ROOT / "pyproject.toml")]
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", *config, str(made)], check=True)
    if update:
        file.write_text(made.read_text(encoding="utf-8"), encoding="utf-8")
    assert file.read_text(encoding="utf-8") == made.read_text(encoding="utf-8"), "run pytest --update-golden"


def test_every_operation_is_a_method_with_types_and_a_docstring() -> None:
    client = Client("https://x.y")
    confluence = Confluence(client)
    for operation in OPERATIONS:
        holder: type = Confluence
        name = operation.verb.replace("-", "_")
        if operation.verb:
            holder = type(getattr(confluence, operation.resource.replace("-", "_")))
        else:
            name = operation.name
        function = getattr(holder, name)
        assert inspect.isfunction(function) and function.__doc__
        hints = typing.get_type_hints(function)
        assert set(hints) == {*inspect.signature(function).parameters, "return"} - {"self"}
    client.close()


def test_a_story_in_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Positional where a person expects it; what comes back is typed."""
    (tmp_path / "a.txt").write_text("hello")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONFLUENCE_TOKEN", "t")
    with running(":memory:", token="t") as (address, store):
        store.create_space("DOCS", "Docs")
        with connect(url=address, user="me@example.com") as confluence:
            page = confluence.page.create("DOCS", "Title", "<p>one</p>")
            child = confluence.page.create("DOCS", "Child", parent=page.id)
            again = confluence.page.update(page.id, body="<p>two</p>", message="second")
            assert (again.version, confluence.page.get(page.id).body) == (2, "<p>two</p>")
            assert {row.title for row in confluence.page.list("DOCS", limit=9)} >= {"Title", "Child"}
            assert [row.id for row in confluence.page.children(page.id)] == [child.id]
            confluence.label.add(page.id, ["a", "b"])
            assert sorted(row.title for row in confluence.page.labels(page.id)) == ["a", "b"]
            confluence.property.set(page.id, "color", {"r": 1})
            assert confluence.property.get(page.id, "color").get("value") == {"r": 1}
            file = confluence.attachment.upload(page.id, str(tmp_path / "a.txt"))
            assert confluence.attachment.download(file.id) == b"hello"
            confluence.comment.add("well done", page.id)
            rows = confluence.comment.list(page.id)
            assert isinstance(rows, Iterator) and [row.get("kind") for row in rows] == ["footer"]
            assert [row.title for row in confluence.search('title = "Title"')] == ["Title"]
            confluence.page.delete(page.id)
            assert isinstance(confluence.user.current(), Item)
            with pytest.raises(UsageError, match="gateway"):
                list(confluence.gateway.sites())
        monkeypatch.setenv("CONFLUENCE_URL", address)
        monkeypatch.setenv("CONFLUENCE_USER", "me@example.com")
        confluence = connect()
        assert confluence.flavor == "cloud" and confluence.space.get("DOCS").title == "Docs"
        confluence.close()


def test_the_example_of_the_guide_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    guide = (ROOT / "sample-docs" / "reference" / "operations.md").read_text(encoding="utf-8")
    code = guide.split("```python\n")[1].split("```")[0]
    with running(":memory:", token="t") as (address, store):
        store.create_space("DOCS", "Docs")
        for name, value in {"URL": address, "USER": "me@example.com", "TOKEN": "t"}.items():
            monkeypatch.setenv(f"CONFLUENCE_{name}", value)
        exec(compile(code, "operations.md", "exec"), {})
        page = next(row for row in store.pages(["current"]) if row["title"] == "Minutes")
        assert [label["name"] for label in store.labels(page["id"])] == ["meeting"]
    assert "Minutes" in capsys.readouterr().out


def test_a_download_is_written_as_it_comes(tmp_path: Path) -> None:
    """Its bytes are never held together; what breaks off leaves the file that was there."""
    path = tmp_path / "out.bin"
    held: list[int] = []

    @contextmanager
    def pieces(*, breaks: bool) -> Iterator[Iterator[bytes]]:
        def each() -> Iterator[bytes]:
            for number in range(3):
                held.append(sum(file.stat().st_size for file in tmp_path.iterdir()))
                yield bytes([number]) * 1_000_000
            if breaks:
                raise Unreachable("the download broke off")

        yield each()

    write_bytes(Item("bytes", {"title": "x"}, {}, lambda: pieces(breaks=False)), str(path))
    assert path.stat().st_size == 3_000_000 and held == [0, 1_000_000, 2_000_000]
    with pytest.raises(Unreachable):
        write_bytes(Item("bytes", {"title": "x"}, {}, lambda: pieces(breaks=True)), str(path))
    assert [file.name for file in tmp_path.iterdir()] == ["out.bin"] and path.stat().st_size == 3_000_000
