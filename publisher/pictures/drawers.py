"""The table of drawers: kind of diagram → the program that draws it, or a Kroki server.

The text of a diagram comes from whoever opens a pull request; so does ``publisher.yml``. Hence programs are chosen by
name from this table, their paths and the server's address come from flags and environment only, no text becomes a part
of a command line, and no default sends a text to a public server.
"""

import json
import os
import re
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from publisher.pictures.reach import find_reach, has_outside_image
from publisher.programs import Ended, ProgramFailed, choose_variables, find_program, run_program

SECONDS = 60.0


class NotDrawn(Exception):
    """``str()`` says why. ``install``: what would help, if the drawer is missing. ``line``: of the diagram, from 1, if known."""

    def __init__(self, text: str, install: str = "", line: int | None = None) -> None:
        super().__init__(text)
        self.install = install
        self.line = line


class Drawer(Struct, frozen=True):
    """``command``: its arguments behind the program, with {input} and {output}. ``kroki``: its name there.

    ``failure``: how the program tells an error, with the groups ``line`` and ``text``.
    """

    kind: str
    program: str
    command: tuple[str, ...]
    suffix: str
    install: str
    kroki: str = ""
    source: str = ".txt"
    stdin: bool = False
    failure: str = r"(?P<text>[^\n]*\bline (?P<line>\d+)[^\n]*)"


DRAWERS = {
    drawer.kind: drawer
    for drawer in (
        Drawer("mermaid", "mmdc", ("--input", "{input}", "--output", "{output}", "--scale", "2"), ".png",
               "npm install -g @mermaid-js/mermaid-cli", "mermaid", ".mmd"),
        Drawer("plantuml", "plantuml", ("-tsvg", "-pipe", "-charset", "UTF-8"), ".svg",
               "apt install plantuml", "plantuml", stdin=True, failure=r"ERROR\s+(?P<line>\d+)\s+(?P<text>[^\n]+)"),
        Drawer("graphviz", "dot", ("-Tsvg",), ".svg", "apt install graphviz", "graphviz", stdin=True),
        Drawer("d2", "d2", ("--bundle=false", "{input}", "{output}"), ".svg", "see https://d2lang.com/tour/install", "d2", ".d2",
               failure=r"diagram\.d2:(?P<line>\d+):\d+: (?P<text>[^\n]+)"),
        Drawer("drawio", "drawio", ("--export", "--format", "png", "--output", "{output}", "{input}"), ".png",
               "install draw.io desktop", "", ".drawio"),
    )
}  # fmt: skip


class Tools(Struct, frozen=True):
    """``ways``: kind → auto, code, kroki, macro:NAME or the program's name. ``paths``: program → its file.

    ``outside``: the repository; a program in it is of whoever writes the documents, and counts only if ``paths`` names it.
    """

    ways: Mapping[str, str]
    paths: Mapping[str, str]
    kroki_url: str = ""
    outside: Path | None = None

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
        return str(self.paths.get(drawer.program) or find_program(drawer.program, os.environ, self.outside))


def check_reach(kind: str, text: str) -> None:
    """NotDrawn for a diagram that would have its program read more than its text."""
    if reach := find_reach(kind, text):
        said = f"`{reach.what}` reads a file, an address or a setting; a diagram may use its own text only"
        raise NotDrawn(said, line=reach.line)


def draw(kind: str, text: str, tools: Tools) -> bytes:
    """The picture. NotDrawn."""
    if kind == "math":
        return _draw_math(text)
    drawer = DRAWERS[kind]
    if tools.way(kind) == "kroki":
        return _ask_kroki(drawer, text, tools.kroki_url)
    check_reach(kind, text)
    program = tools.find(drawer)
    if not program:
        raise NotDrawn(f"`{drawer.program}` is not installed", drawer.install)
    data = _run(drawer, program, text)
    if has_outside_image(kind, data):
        raise NotDrawn("the picture holds an image from elsewhere; a diagram may use its own text only")
    return data


def suffix_of(kind: str) -> str:
    return ".svg" if kind == "math" else DRAWERS[kind].suffix


def _run(drawer: Drawer, program: str, text: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="publisher-") as name:
        folder = Path(name)
        source, output = folder / ("diagram" + drawer.source), folder / ("picture" + drawer.suffix)
        source.write_text(text, encoding="utf-8")
        command = [program, *(part.format(input=source, output=output) for part in drawer.command)]
        command += _extra(drawer, folder)
        given = text.encode() if drawer.stdin else b""
        try:
            done = run_program(command, environ=_environment(folder), folder=folder, seconds=SECONDS, data=given)
        except ProgramFailed as error:
            missing = "cannot be run" in str(error)
            raise NotDrawn(str(error), drawer.install if missing else "") from None
        data = done.output if drawer.stdin else output.read_bytes() if output.is_file() else b""
        if done.code or not data:
            raise _failure(drawer, done, text)
        return data


def _failure(drawer: Drawer, done: Ended, text: str) -> NotDrawn:
    """What the program says, without what only its makers understand, and the line of the diagram that it means."""
    said = (done.errors or done.output[:10_000]).decode(errors="replace")
    said = re.sub(r"\x1b\[[\d;]*m|\S*[/\\](?=diagram\.\w+)", "", said)
    if found := re.search(drawer.failure, said):
        line = int(found["line"])
        # PlantUML counts from 0, and puts the line that begins a diagram before text that has none.
        line += drawer.kind == "plantuml" and re.match(r"\s*@start", text) is not None
        return NotDrawn(f"`{drawer.program}` says: {found['text'].strip()[:300]}", line=line)
    noise = re.compile(r"^(?:Picked up |WARNING: |[A-Z][a-z]{2} \d+, \d{4} |\s*at |$|ERROR$|\d+$)")
    lines = [line.strip() for line in said.splitlines() if not noise.match(line)]
    return NotDrawn(
        f"`{drawer.program}` says: {lines[0][:300]}"
        if lines
        else f"`{drawer.program}` failed with exit code {done.code}"
    )


#: Beside what every program may see. No login is among them.
_PREFIXES = ("JAVA_", "PUPPETEER_", "PLANTUML_", "GRAPHVIZ_", "D2_", "CHROME_", "FONTCONFIG_")
_NAMES = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "GDFONTPATH",
    "DOTFONTPATH",
    "JRE_HOME",
    "JDK_HOME",
    "NODE_PATH",
    "NVM_BIN",
    "NVM_DIR",
)


def _environment(folder: Path) -> dict[str, str]:
    """What a program needs, and no login. Programs that can be told to stay within their input are."""
    return {
        **choose_variables(os.environ, _NAMES, _PREFIXES),
        "PLANTUML_SECURITY_PROFILE": "SANDBOX",
        "PLANTUML_LIMIT_SIZE": "8192",
        "GV_FILE_PATH": str(folder / "nothing"),  # Graphviz up to version 5 reads images below it only,
        "SERVER_NAME": "publisher",  # if it believes that it serves the web
    }


def _extra(drawer: Drawer, folder: Path) -> list[str]:
    """mermaid-cli brings a browser, which reaches no network, and as root (in containers) has no sandbox of its own."""
    if drawer.program != "mmdc":
        return []
    settings = folder / "puppeteer.json"
    names = ("chromium", "google-chrome", "chromium-browser")
    browser = os.environ.get("PUPPETEER_EXECUTABLE_PATH") or next(
        filter(None, (find_program(name, os.environ) for name in names)), ""
    )
    arguments = [
        "--proxy-server=http://127.0.0.1:9",
        "--proxy-bypass-list=<-loopback>",
        "--disable-background-networking",
    ]
    arguments += ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    values = {"args": arguments, **({"executablePath": browser} if browser else {})}
    settings.write_text(json.dumps(values), encoding="utf-8")
    return ["--puppeteerConfigFile", str(settings), "--quiet"]


def _ask_kroki(drawer: Drawer, text: str, url: str) -> bytes:
    if not url or not drawer.kroki:
        raise NotDrawn(
            "no Kroki server is named" if drawer.kroki else "Kroki does not draw it", "set PUBLISHER_KROKI_URL"
        )
    from publisher.web.kroki import KrokiFailed, ask_kroki  # the drawer that needs it is rare

    try:
        return ask_kroki(url, drawer.kroki, drawer.suffix[1:], text, SECONDS)
    except KrokiFailed as error:
        raise NotDrawn(str(error)) from None


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
