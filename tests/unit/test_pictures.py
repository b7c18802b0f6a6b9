"""Diagrams, formulas and images of other sites; those that need a program skip where it is not installed."""

import base64
import importlib.util
import os
import shutil
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from publisher.convert.compose import Conversion, convert
from publisher.errors import UsageError
from publisher.model.settings import Settings
from publisher.pictures.reach import find_reach

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def published(tmp_path: Path, text: str, **settings: object) -> Conversion:
    docs = tmp_path / "docs"
    docs.mkdir(exist_ok=True)
    (docs / "index.md").write_text(text)
    return convert(Settings.of(docs, **{"banner": "off", **settings}))


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(program), reason=f"needs {program}")


@pytest.mark.parametrize(
    ("language", "source"),
    [
        pytest.param("dot", "digraph { a -> b }", marks=needs("dot")),
        pytest.param("plantuml", "@startuml\nA -> B: hi\n@enduml", marks=needs("plantuml")),
        pytest.param("mermaid", "graph TD; A-->B;", marks=needs("mmdc")),
        pytest.param("d2", "a -> b: {style.stroke: red}", marks=needs("d2")),
    ],
)
def test_a_program_draws(tmp_path: Path, language: str, source: str) -> None:
    conversion = published(tmp_path, f"```{language}\n{source}\n```\n")
    page = conversion.rendered.pages["index.md"]
    assert conversion.problems == ()
    [picture] = page.attachments
    assert f'ri:filename="{picture.name}"' in page.body and "<ac:image" in page.body
    assert picture.path.read_bytes()[:4] in {b"<?xm", b"\x89PNG", b"<svg"}
    before = picture.path.stat().st_mtime_ns
    again = published(tmp_path, f"```{language}\n{source}\n```\n").rendered.pages["index.md"]
    assert again.body == page.body and picture.path.stat().st_mtime_ns == before  # from the cache


@pytest.mark.parametrize(
    ("language", "source", "line", "words"),
    [
        pytest.param("dot", "digraph {\n a ->\n -> b }", 6, "syntax error in line 3", marks=needs("dot")),
        pytest.param(
            "plantuml", "@startuml\nA -> B\nnonsense ( here\n@enduml", 6, "Syntax Error?", marks=needs("plantuml")
        ),
        pytest.param("plantuml", "A -> B\nnonsense ( here", 5, "Syntax Error?", marks=needs("plantuml")),
        pytest.param("mermaid", "graph TD\n A-->B\n B --x ]]", 6, "Lexical error on line 3", marks=needs("mmdc")),
        pytest.param("d2", "a -> b\nx: ]", 5, "missing value after colon", marks=needs("d2")),
    ],
)
def test_a_mistake_is_told_in_the_programs_words_with_its_line(
    tmp_path: Path, language: str, source: str, line: int, words: str
) -> None:
    conversion = published(tmp_path, f"a\n\n```{language}\n{source}\n```\n")
    [problem] = conversion.problems
    assert (
        (problem.code, problem.line) == ("not-drawn", line)
        and words in problem.message
        and "/tmp" not in problem.message
    )
    assert 'ac:name="code"' in conversion.rendered.pages["index.md"].body


@pytest.mark.skipif(not importlib.util.find_spec("ziamath"), reason="needs the extra math")
def test_formulas(tmp_path: Path) -> None:
    conversion = published(tmp_path, "Let $a^2$.\n\n```math\n\\frac{1}{2}\n```\n\n$\\nosuch{$ x", syntax=("+math",))
    page = conversion.rendered.pages["index.md"]
    assert page.body.count("<ac:image") == 2
    assert 'ac:alt="a^2"' in page.body
    assert all(picture.path.read_text().startswith("<svg") for picture in page.attachments)


def test_without_a_program_one_notice_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    conversion = published(tmp_path, "```d2\na -> b\n```\n\n```d2\nc -> d\n```\n")
    [problem] = conversion.problems
    assert (problem.code, problem.line) == ("no-drawer", 1)
    assert "d2lang.com" in problem.hint


def test_the_table_of_ways(tmp_path: Path) -> None:
    text = "```mermaid\nx\n```\n\n```d2\ny\n```\n"
    conversion = published(tmp_path, text, diagrams={"mermaid": "macro:mermaid-cloud", "d2": "code"})
    body = conversion.rendered.pages["index.md"].body
    assert 'ac:name="mermaid-cloud"' in body and "<![CDATA[x]]>" in body and 'ac:name="code"' in body
    assert conversion.problems == ()


CANARY = "c4n4ry"


@pytest.mark.parametrize(
    ("language", "source", "line"),
    [
        ("plantuml", 'A -> B: hi\nB -> A: %getenv("INPUT_TOKEN")', 3),
        ("plantuml", "A -> B\n!include {folder}/secret.puml\n", 3),
        ("plantuml", "!INCLUDEURL http://127.0.0.1:9/x\nA -> B", 2),
        ("plantuml", '!$x = %load_json("{folder}/secret.json")\nA -> B: $x', 2),
        ("plantuml", "A -> B: <img:{folder}/secret.png>", 2),
        ("plantuml", "!theme x from {folder}\nA -> B", 2),
        ("dot", 'digraph {{\n a [image="{folder}/secret.png"] }}', 3),
        ("dot", 'digraph {{ a ["ima" + "ge" = "{folder}/secret.png"] }}', 2),
        ("dot", 'digraph {{ a [/* */ image /* = */ = "{folder}/secret.png"] }}', 2),
        ("dot", 'digraph {{ a [label=<<TABLE><TR><TD><IMG SRC="{folder}/secret.png"/></TD></TR></TABLE>>] }}', 2),
        ("dot", 'digraph {{ imagepath="{folder}"; a }}', 2),
        ("d2", "a: x {{\n  icon: {folder}/secret.png\n}}", 3),
        ("d2", "a -> b\n...@../../{folder}/secret", 3),
        ("d2", "x: @{folder}/secret", 2),
        ("mermaid", "flowchart TD\n  A@{{ img: 'file://{folder}/secret.png', label: 'x' }}", 3),
        ("mermaid", "flowchart TD\n  A[\"<img src='http://127.0.0.1:9/x.png'/>\"]", 3),
        ("mermaid", "%%{{init: {{'themeCSS': 'a{{background:url(http://127.0.0.1:9)}}'}}}}%%\ngraph TD; A-->B", 2),
    ],
)
def test_a_diagram_reads_nothing_but_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, source: str, line: int
) -> None:
    monkeypatch.setenv("INPUT_TOKEN", CANARY)
    for suffix in ("png", "puml", "json", "d2"):
        (tmp_path / f"secret.{suffix}").write_text(f"{CANARY}: 1\n")
    conversion = published(tmp_path, f"```{language}\n{source.format(folder=tmp_path)}\n```\n")
    page = conversion.rendered.pages["index.md"]
    assert [(item.code, item.line) for item in conversion.problems] in ([("not-drawn", line)], [("no-drawer", 1)])
    assert not page.attachments and CANARY not in page.body


@pytest.mark.parametrize(
    "text", ["digraph { image -> b }", 'digraph { a [label="image = x"] }', "digraph { // image=x\n a }"]
)
def test_words_that_only_look_like_files(text: str) -> None:
    assert find_reach("graphviz", text) is None
    assert find_reach("plantuml", "!include <C4/C4_Context>\nA -> B: includes file") is None


def test_a_drawing_that_asks_for_files() -> None:
    pages = "<mxGraphModel><root><mxCell style='image;image=file:///etc/passwd;'/></root></mxGraphModel>"
    packer = zlib.compressobj(wbits=-15)
    packed = base64.b64encode(packer.compress(quote(pages).encode()) + packer.flush()).decode()
    assert find_reach("drawio", f"<mxfile>{pages}</mxfile>") and find_reach(
        "drawio", f"<mxfile><diagram id='a'>{packed}</diagram></mxfile>"
    )
    assert find_reach("drawio", "<mxfile><mxCell style='shape=image;image=data:image/png,iVBO;'/></mxfile>") is None


def test_a_program_of_the_repository_does_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = tmp_path / "node_modules" / ".bin" / "d2"
    evil.parent.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    evil.write_text(f'#!/bin/sh\necho "<svg/>" > "$3"; touch {tmp_path}/ran\n')
    evil.chmod(0o755)
    monkeypatch.setenv("PATH", f"{evil.parent}:{os.defpath}")
    published(tmp_path, "```d2\na -> b\n```\n")
    assert not (tmp_path / "ran").exists()
    made = published(tmp_path, "```d2\na -> b\n```\n", programs={"d2": str(evil)})  # a person said so
    assert {item.code for item in made.problems} == {"git-silent"}
    assert (tmp_path / "ran").exists()


def test_programs_are_of_the_table_and_see_no_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = tmp_path / "seen"
    program = tmp_path / "drawer.sh"
    program.write_text(f'#!/bin/sh\nenv > {seen}\nprintf "%s\\n" "$@" >> {seen}\necho "<svg/>"\n')
    program.chmod(0o755)
    secrets = (
        "CONFLUENCE_TOKEN",
        "INPUT_TOKEN",
        "INPUT_GITHUB_TOKEN",
        "ACTIONS_RUNTIME_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "CI_JOB_TOKEN",
    )
    for name in secrets:
        monkeypatch.setenv(name, "secret-token")
    published(tmp_path, "```dot\n$(touch hacked); `id`\n```\n", programs={"dot": str(program)})
    assert "secret-token" not in seen.read_text() and "hacked" not in seen.read_text()
    with pytest.raises(UsageError, match="graphviz cannot be"):  # a file names no program
        published(tmp_path, "```dot\nother\n```\n", diagrams={"graphviz": str(program)})


class _Site(BaseHTTPRequestHandler):
    seen: list[dict[str, str]]

    def do_GET(self) -> None:
        _Site.seen.append(dict(self.headers))
        kind = "image/png" if self.path.startswith("/a") else "text/html"
        self.send_response(200 if self.path != "/gone.png" else 404)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(PNG)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    _Site.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_images_are_downloaded_without_a_login(tmp_path: Path, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFLUENCE_TOKEN", "secret-token")
    text = f"![a]({site}/a/b.png)\n\n![b]({site}/page.html)\n\n![c]({site}/gone.png)\n"
    conversion = published(tmp_path, text, remote_images="download", allow_private_hosts=True)
    page = conversion.rendered.pages["index.md"]
    assert [picture.path.read_bytes() for picture in page.attachments] == [PNG]
    assert page.attachments[0].name.startswith("b-") and page.attachments[0].name.endswith(".png")
    assert [(item.code, item.line) for item in conversion.problems] == [("not-downloaded", 3), ("not-downloaded", 5)]
    assert not any("Authorization" in headers or "secret" in str(headers) for headers in _Site.seen)


def test_private_addresses_are_not_reached(tmp_path: Path, site: str) -> None:
    conversion = published(tmp_path, f"![a]({site}/a.png)\n", remote_images="download")
    assert _Site.seen == []
    [problem] = conversion.problems
    assert "private address" in problem.message
    assert f'ri:value="{site}/a.png"' in conversion.rendered.pages["index.md"].body


def test_kroki_draws_where_it_is_named(tmp_path: Path, site: str) -> None:
    os.environ.pop("PUBLISHER_KROKI_URL", None)
    text = "```d2\na -> b\n```\n"
    conversion = published(tmp_path, text, diagrams={"d2": "kroki"}, kroki_url=f"{site}/a")
    assert "<ac:image" in conversion.rendered.pages["index.md"].body
    assert published(tmp_path, "```d2\nother\n```\n", diagrams={"d2": "kroki"}).problems[0].code == "no-drawer"


def test_a_drawing_that_nothing_draws_is_a_link_to_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "d.drawio").write_text("<mxfile/>")
    conversion = published(tmp_path, "![plan](d.drawio)\n")
    body = conversion.rendered.pages["index.md"].body
    assert "<ac:image" not in body and 'ri:filename="d.drawio"' in body and "plan" in body
    assert [item.code for item in conversion.problems] == ["no-drawer"]


@pytest.mark.parametrize("diagrams", [{"mermiad": "code"}, {"mermaid": "kroky"}, {"graphviz": "/bin/sh"}])
def test_a_way_that_is_not_in_the_table(tmp_path: Path, diagrams: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="diagrams: "):
        published(tmp_path, "x", diagrams=diagrams)
