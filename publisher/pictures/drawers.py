"""The table of drawers: kind of diagram → the program that draws it, or a Kroki server.

The text of a diagram comes from whoever opens a pull request; so does ``publisher.yml``. Hence programs are chosen by
name from this table, their paths and the server's address come from flags and environment only, no text becomes a part
of a command line, and no default sends a text to a public server.
"""

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SECONDS = 60.0


class NotDrawn(Exception):
    """``str()`` says why. ``install``: what would help, if the drawer is missing."""

    def __init__(self, text: str, install: str = "") -> None:
        super().__init__(text)
        self.install = install


@dataclass(frozen=True, slots=True)
class Drawer:
    """``command``: its arguments behind the program, with {input} and {output}. ``kroki``: its name there."""

    kind: str
    program: str
    command: tuple[str, ...]
    suffix: str
    install: str
    kroki: str = ""
    source: str = ".txt"
    stdin: bool = False


DRAWERS = {
    drawer.kind: drawer
    for drawer in (
        Drawer("mermaid", "mmdc", ("--input", "{input}", "--output", "{output}", "--scale", "2"), ".png",
               "npm install -g @mermaid-js/mermaid-cli", "mermaid", ".mmd"),
        Drawer("plantuml", "plantuml", ("-tsvg", "-pipe", "-charset", "UTF-8"), ".svg",
               "apt install plantuml", "plantuml", stdin=True),
        Drawer("graphviz", "dot", ("-Tsvg",), ".svg", "apt install graphviz", "graphviz", stdin=True),
        Drawer("d2", "d2", ("{input}", "{output}"), ".svg", "see https://d2lang.com/tour/install", "d2", ".d2"),
        Drawer("drawio", "drawio", ("--export", "--format", "png", "--output", "{output}", "{input}"), ".png",
               "install draw.io desktop", "", ".drawio"),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tools:
    """``ways``: kind → auto, code, kroki, macro:NAME or the program's name. ``paths``: program → its file."""

    ways: Mapping[str, str]
    paths: Mapping[str, str]
    kroki_url: str = ""

    def way(self, kind: str) -> str:
        """How diagrams of a kind are drawn: code, kroki, program or macro."""
        way = str(self.ways.get(kind, "auto"))
        if way.startswith("macro:"):
            return "macro"
        if way in {"code", "kroki"}:
            return way
        if (
            way == "auto"
            and kind in DRAWERS
            and not self.find(DRAWERS[kind])
            and self.kroki_url
            and DRAWERS[kind].kroki
        ):
            return "kroki"
        return "program"

    def find(self, drawer: Drawer) -> str:
        """The file of a drawer's program; empty if it is not installed."""
        return str(self.paths.get(drawer.program) or shutil.which(drawer.program) or "")


def draw(kind: str, text: str, tools: Tools) -> bytes:
    """The picture. NotDrawn."""
    if kind == "math":
        return _draw_math(text)
    drawer = DRAWERS[kind]
    if tools.way(kind) == "kroki":
        return _ask_kroki(drawer, text, tools.kroki_url)
    program = tools.find(drawer)
    if not program:
        raise NotDrawn(f"`{drawer.program}` is not installed", drawer.install)
    return _run(drawer, program, text)


def suffix_of(kind: str) -> str:
    return ".svg" if kind == "math" else DRAWERS[kind].suffix


def _run(drawer: Drawer, program: str, text: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="publisher-") as name:
        folder = Path(name)
        source, output = folder / ("diagram" + drawer.source), folder / ("picture" + drawer.suffix)
        source.write_text(text, encoding="utf-8")
        command = [program, *(part.format(input=source, output=output) for part in drawer.command)]
        command += _extra(drawer, folder)
        try:
            done = subprocess.run(  # noqa: S603 - no shell, and the text is in a file
                command,
                input=text.encode() if drawer.stdin else b"",
                capture_output=True,
                timeout=SECONDS,
                cwd=folder,
                env=_environment(),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotDrawn(f"`{drawer.program}` took longer than {SECONDS:.0f} seconds") from None
        except OSError as error:
            raise NotDrawn(f"`{program}` cannot be run: {error.strerror}", drawer.install) from None
        data = done.stdout if drawer.stdin else output.read_bytes() if output.is_file() else b""
        if done.returncode or not data:
            said = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
            raise NotDrawn(f"`{drawer.program}` failed: {said[0][:200] if said else f'exit code {done.returncode}'}")
        return data


def _environment() -> dict[str, str]:
    """What a program needs, and no login: nothing of ours or of Confluence's."""
    hidden = ("CONFLUENCE_", "PUBLISHER_", "MATON_", "GITHUB_", "ATLASSIAN_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    # PlantUML reads files and addresses that a diagram includes, unless it is told not to.
    return {**kept, "PLANTUML_SECURITY_PROFILE": "SANDBOX"}


def _extra(drawer: Drawer, folder: Path) -> list[str]:
    """mermaid-cli brings a browser, which as root (in containers) runs without its own sandbox only."""
    if drawer.program != "mmdc":
        return []
    settings = folder / "puppeteer.json"
    browser = os.environ.get("PUPPETEER_EXECUTABLE_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
    found = f'"executablePath": "{browser}", ' if browser else ""
    arguments = '["--no-sandbox"]' if hasattr(os, "geteuid") and os.geteuid() == 0 else "[]"
    settings.write_text(f'{{{found}"args": {arguments}}}', encoding="utf-8")
    return ["--puppeteerConfigFile", str(settings), "--quiet"]


def _ask_kroki(drawer: Drawer, text: str, url: str) -> bytes:
    if not url or not drawer.kroki:
        raise NotDrawn(
            "no Kroki server is named" if drawer.kroki else "Kroki does not draw it", "set PUBLISHER_KROKI_URL"
        )
    import httpx  # the drawer that needs it is rare

    try:
        answer = httpx.post(
            f"{url.rstrip('/')}/{drawer.kroki}/{drawer.suffix[1:]}",
            content=text.encode(),
            headers={"Content-Type": "text/plain"},
            timeout=SECONDS,
        )
    except httpx.HTTPError as error:
        raise NotDrawn(f"the Kroki server cannot be reached: {error}") from None
    if answer.status_code != 200:
        raise NotDrawn(f"the Kroki server answers {answer.status_code}: {answer.text.strip()[:200]}")
    return answer.content


def _draw_math(tex: str) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the library's own imports
            import ziamath
    except ImportError:
        raise NotDrawn("formulas need the extra `math`", "pip install 'ziamath>=0.10'") from None
    try:
        svg: str = ziamath.Latex(tex, size=16).svg()
    except Exception as error:  # the library raises whatever its parser meets
        raise NotDrawn(f"the formula cannot be drawn: {error}") from None
    return svg.encode()
