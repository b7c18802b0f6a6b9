"""The code is held against ARCHITECTURE.md: which package may import which, where libraries enter, and no circle."""

import ast
from collections import Counter
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "publisher"
BASE = {"model", "storage", "errors", "naming", "formats", "memory"}
#: What each package may import beside ``BASE``, itself and the version.
ARROWS = {
    "app": {"checking", "config", "sync", "convert", "remote", "report"},
    "checking": {"config", "convert"},  # apart from app: offline commands import nothing that publishes
    "cli": {
        *(
            "app",
            "checking",
            "pagetexts",
            "preview",
            "sync",
            "convert",
            "config",
            "confluence",
            "remote",
            "report",
            "sandbox",
            "source",
            "web",
            "importing",
        ),
        *("render", "planning"),
    },
    "library": {"app", "checking", "config", "confluence", "remote", "sync"},
    "pagetexts": {"confluence", "convert", "planning", "reading"},
    "preview": {"confluence", "convert", "remote", "sandbox", "sync"},
    "sync": {"apply", "convert", "merging", "pagetree", "planning", "reading", "remote", "source"},
    "convert": {"programs", "source", "markdown", "pagetree", "pictures", "reading", "merging", "render"},
    "importing": {"markdown", "pagetree", "planning", "reading", "remote", "render"},
    "apply": {"remote", "planning"},
    "remote": {"confluence", "planning"},
    "report": {"planning"},
    "pictures": {"web", "programs"},
    "markdown": set(),
    "reading": set(),
    "merging": set(),  # the diff of two block trees, and what it means for the lines of a source
    "planning": set(),
    "pagetree": set(),
    "render": set(),
    "source": {"programs"},
    "config": {"confluence"},  # the values that describe a connection
    "confluence": set(),
    "web": set(),
    "sandbox": set(),
    "model": set(),
    "storage": set(),
    "errors": set(),
    "naming": set(),
    "memory": set(),
    "formats": set(),  # YAML, JSON and TOML within limits
    "programs": set(),  # the one place that starts programs of others
    "__init__": {"library"},
    "__main__": {"cli"},
}
#: The packages that may import a library. Each library has one door, so that it can be exchanged.
DOORS = {
    "mistune": {"markdown"},
    "jinja2": {"render", "sandbox"},
    "httpx": {"confluence", "web"},
    "httpcore": {"confluence", "web"},
    "lxml": {"storage", "sandbox", "reading"},
    "watchdog": {"source"},
    "starlette": {"sandbox"},
    "uvicorn": {"sandbox"},
    "click": {"cli"},
    "yaml": {"formats", "config", "markdown"},
    "subprocess": {"programs"},
    "mcp": {"cli"},
    "anyio": {"cli"},
}


def modules() -> dict[str, Path]:
    """Dotted name of each module and its file."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def imports(path: Path) -> set[str]:
    """Every dotted name that a module imports, inner and TYPE_CHECKING imports included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_arrows() -> None:
    known = modules()
    wrong = []
    for name, path in known.items():
        part = part_of(path)
        for target in imports(path) & known.keys():
            other = part_of(known[target])
            if other not in {part, "__init__", "_version", *ARROWS[part], *(BASE if part not in BASE else ())}:
                wrong.append(f"{name} imports {target}")
    assert sorted(wrong) == []


def test_doors() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in modules().values()
        for name in imports(path)
        if part_of(path) not in DOORS.get(name.partition(".")[0], {part_of(path)})
    ]
    assert wrong == []


def test_no_two_test_modules_have_one_name() -> None:
    """pytest imports a test by its name alone: the second of a name ends the whole run before it begins."""
    names = Counter(path.name for path in PACKAGE.parent.joinpath("tests").rglob("test_*.py"))
    assert [name for name, count in names.items() if count > 1] == []


def test_no_circles() -> None:
    """No module reaches itself through what it imports."""
    known = modules()
    uses = {name: imports(path) & known.keys() - {name} for name, path in known.items()}

    def reach(start: str) -> set[str]:
        seen: set[str] = set()
        todo = list(uses[start])
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += uses[name]
        return seen

    assert sorted(name for name in uses if name in reach(name)) == []


#: Lines of a module, a class and a function; positional parameters besides ``self``. There is no list of exceptions.
MODULE, CLASS, FUNCTION, PARAMETERS = 350, 250, 50, 5


def test_sizes() -> None:
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(PACKAGE).as_posix()
        length = text.count("\n")
        wrong += [f"{name}: {length} lines"] * (length > MODULE)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                limit = CLASS if isinstance(node, ast.ClassDef) else FUNCTION
                wrong += [f"{name}: {node.name} has {lines} lines"] * (lines > limit)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                positional = [item.arg for item in (*node.args.posonlyargs, *node.args.args)]
                count = len([item for item in positional if item not in {"self", "cls"}])
                wrong += [f"{name}: {node.name} takes {count} positional parameters"] * (count > PARAMETERS)
    assert wrong == []


def test_every_module_says_what_it_is_for() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    assert [str(path) for path, text in texts.items() if text.strip() and not ast.get_docstring(ast.parse(text))] == []


def test_every_layer_is_on_the_map() -> None:
    """ARCHITECTURE.md names each package."""
    page = (PACKAGE.parent / "ARCHITECTURE.md").read_text(encoding="utf-8")
    parts = {part_of(path) for path in modules().values()} - {"__init__", "__main__", "_version"}
    assert sorted(part for part in parts if f"{part}/" not in page and f"{part}.py" not in page) == []


def test_every_module_is_named_by_a_test() -> None:
    """A test imports it or its folder, or is called after one of them: whoever changes a module finds its tests."""
    tests = list((PACKAGE.parent / "tests").rglob("*.py"))
    named = set().union(*(imports(path) for path in tests))
    stems = {path.stem for path in tests}
    folders = {path.parent.name for path in tests}
    nameless = []
    for name in modules():
        folder, _, own = name.rpartition(".")
        last = folder.rpartition(".")[2]
        called = any(stem == f"test_{own}" or stem.startswith(f"test_{last}") for stem in stems)
        if not ({name, folder} - {"publisher"} & named or called or last in folders):
            nameless.append(name)
    assert nameless == []
