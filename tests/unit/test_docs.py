"""The guide knows every command, option, macro and problem code; the layers hold."""

import ast
from pathlib import Path

from publisher.cli.main import cli
from publisher.config.options import OPTIONS
from publisher.model.problem import CODES
from publisher.model.settings import Settings
from publisher.pipeline import convert
from publisher.render.templates import macro_names

ROOT = Path(__file__).parents[2]
GUIDE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "sample-docs").rglob("*.md"))


def test_everything_is_documented() -> None:
    wanted = [f"publisher {name}" for name in cli.commands]
    wanted += [f"`{option.environment}`" for option in OPTIONS]
    wanted += [f"`{name}`" for name in [*macro_names(), *CODES]]
    assert [item for item in wanted if item not in GUIDE] == []


def test_the_guide_has_no_problems() -> None:
    result = convert(Settings(ROOT / "sample-docs"))
    assert [str(problem) for problem in result.problems] == []
    assert len(result.rendered.pages) >= 15


LAYERS = {
    "model": 0, "errors": 0, "storage": 1, "markdown": 2, "pagetree": 2, "planning": 2, "source": 2, "config": 2,
    "confluence": 2, "render": 3, "remote": 3, "apply": 4, "pipeline": 5, "publish": 5, "cli": 7, "sandbox": 2,
}  # fmt: skip
DOORS = {"mistune": {"markdown"}, "jinja2": {"render", "sandbox"}, "httpx": {"confluence"}, "lxml": {"storage", "sandbox"},
         "starlette": {"sandbox"}, "uvicorn": {"sandbox"}, "click": {"cli"}, "yaml": {"config", "markdown"}}  # fmt: skip


def test_layers_and_doors() -> None:
    wrong = []
    for path in (ROOT / "publisher").rglob("*.py"):
        part = path.relative_to(ROOT / "publisher").parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                pieces = name.split(".")
                target = pieces[1] if pieces[0] == "publisher" and len(pieces) > 1 else ""
                if pieces[0] in DOORS and part not in DOORS[pieces[0]]:
                    wrong.append(f"{path}: {name}")
                if (
                    target in LAYERS
                    and part in LAYERS
                    and LAYERS[target] >= LAYERS[part]
                    and target != part
                    and (LAYERS[part], target) != (5, "pipeline")
                ):
                    wrong.append(f"{path}: {name}")
                if part == "sandbox" and target not in {"", "sandbox", "storage"}:
                    wrong.append(f"{path}: {name}")
    assert wrong == []
