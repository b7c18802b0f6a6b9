"""Diagrams, formulas and images of other sites; those that need a program skip where it is not installed."""

import importlib.util
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from publisher.convert.compose import Conversion, convert
from publisher.errors import UsageError
from publisher.model.settings import Settings

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def published(tmp_path: Path, text: str, **settings: object) -> Conversion:
    docs = tmp_path / "docs"
    docs.mkdir(exist_ok=True)
    (docs / "index.md").write_text(text)
    return convert(Settings.of(docs, **{"banner": "off", **settings}))  # type: ignore[arg-type]


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(program), reason=f"needs {program}")


@pytest.mark.parametrize(
    ("language", "source"),
    [
        pytest.param("dot", "digraph { a -> b }", marks=needs("dot")),
        pytest.param("plantuml", "@startuml\nA -> B: hi\n@enduml", marks=needs("plantuml")),
        pytest.param("mermaid", "graph TD; A-->B;", marks=needs("mmdc")),
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


@needs("dot")
def test_a_mistake_in_a_diagram_is_named_with_its_line(tmp_path: Path) -> None:
    conversion = published(tmp_path, "a\n\n```dot\nnonsense {\n```\n")
    [problem] = conversion.problems
    assert (problem.code, problem.line) == ("not-drawn", 3)
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


def test_programs_are_of_the_table_and_see_no_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = tmp_path / "seen"
    program = tmp_path / "drawer.sh"
    program.write_text(f'#!/bin/sh\nenv > {seen}\nprintf "%s\\n" "$@" >> {seen}\necho "<svg/>"\n')
    program.chmod(0o755)
    monkeypatch.setenv("CONFLUENCE_TOKEN", "secret-token")
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
