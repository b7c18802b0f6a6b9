"""Processes that convert: the same bytes, and a document that ends its process ends nothing else."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from cached import write_files

from publisher.convert import workers
from publisher.convert.documents import Parser
from publisher.convert.worker import HEADER
from publisher.markdown.dialects import DIALECTS
from publisher.markdown.grammar import Grammar
from publisher.model.settings import Settings
from publisher.model.tree import SourceFile

COUNT = 320
#: Converts with so many workers, and prints all that can be seen, and whether processes were begun.
SCRIPT = """
import json, os, signal, sys
from pathlib import Path
import publisher.convert.documents as documents
import publisher.convert.workers as workers
import publisher.render.page as rendering
from cached import seen
from publisher.convert.compose import convert
from publisher.model.settings import Settings
from publisher.model.problem import Problem

begun = []
begin = workers.Pool._begin
workers.Pool._begin = lambda pool: begun.append(1) or begin(pool)
if "spawn" in sys.argv:
    workers._can_fork = lambda: False
parse, render = documents.parse_document, rendering.render_page
def ending(function, name):
    def call(first, *rest):
        key = first if isinstance(first, str) else first.key
        if key == f"{name}.md" and not isinstance(first, str) and not first.document.blocks:
            return function(first, *rest)
        if key == f"{name}.md" and "end" in sys.argv:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(first, *rest)
    return call
documents.parse_document = ending(parse, "part4/p43")
rendering.render_page = ending(render, "part6/p65")
made = convert(Settings.of(Path(sys.argv[1]), workers=int(sys.argv[2]), cache=sys.argv[3]))
found = seen(made)
del found["documents"]
problems = [str(item) for item in made.problems]
print(json.dumps({"seen": repr(found), "problems": problems, "begun": len(begun), "pages": len(made.rendered.pages)}))
"""


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("docs")
    pages = {
        f"part{n // 10}/p{n}.md": f"# Page {n}\n\n[next](../part{(n + 1) % COUNT // 10}/p{(n + 1) % COUNT}.md#end) {n}\n\n{{{{#include ../words.txt}}}}\n\n## End\n"
        for n in range(COUNT)
    }
    write_files(
        root, {"index.md": "# Home\n\n![p](p.svg)\n", "p.svg": "<svg width='3'/>", "words.txt": "words", **pages}
    )
    return root


def run(docs: Path, workers: int, *more: str, cache: str = "") -> dict[str, object]:
    command = [sys.executable, "-c", SCRIPT, str(docs), str(workers), cache, *more]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1], timeout=300)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_the_bytes_are_the_same(docs: Path, way: str, tmp_path: Path) -> None:
    alone = run(docs, 1)
    several = run(docs, 3, way)
    assert several["begun"] == 3 and alone["begun"] == 0
    assert several["seen"] == alone["seen"]
    assert run(docs, 3, way, cache=str(tmp_path))["seen"] == alone["seen"]
    again = run(docs, 3, way, cache=str(tmp_path))
    assert again["seen"] == alone["seen"] and again["begun"] == 0


def test_a_document_that_ends_its_process_is_a_problem_of_its_own(docs: Path, tmp_path: Path) -> None:
    """One while it is parsed, one while its page is written. Neither is kept: the next run tries again."""
    for _ in range(2):
        found = run(docs, 2, "end", cache=str(tmp_path))
        said = [text for text in found["problems"] if "internal-error" in text]  # type: ignore[attr-defined]
        assert len(said) == 2 and found["pages"] == COUNT + 33 - 1
        assert said[0].startswith("part4/p43.md: error internal-error: ") and "SIGKILL" in said[0]
        assert said[1].startswith("part6/p65.md: error")
    healthy = run(docs, 2, cache=str(tmp_path))
    assert healthy["seen"] == run(docs, 1)["seen"]


def test_what_a_process_answered_before_it_ended_counts() -> None:
    """Sending to it fails before its last answer is read: the document behind that answer ended it, not this one."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    ours.send(b"never read")
    theirs.sendall(HEADER.pack(0) + HEADER.pack(6) + b"answer")  # it is ready; and the first document
    theirs.close()
    child = subprocess.Popen([sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
    process = workers._Process(child.pid, ours, child)
    settings = Settings.of(Path("/docs"))
    pool = workers.Pool(Parser.of(settings, Grammar(DIALECTS["gfm"])), settings, processes=[process], count=0)
    jobs = [workers.Job(name.encode(), SourceFile(name, Path("/docs", name), b"text")) for name in ("a.md", "b.md")]
    found: dict[str, object] = {}

    def take(job: workers.Job, answer: object) -> None:
        found[job.file.key] = answer

    pool.run(jobs, take)
    assert found == {"a.md": b"answer", "b.md": workers.Ended(-9)}


def test_few_documents_are_converted_here(docs: Path, tmp_path: Path) -> None:
    write_files(tmp_path, {f"p{n}.md": f"# Page {n}\n" for n in range(60)})
    assert run(tmp_path, 4)["begun"] == 0


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_script_needs_no_guard(docs: Path, tmp_path: Path, method: str) -> None:
    """However the program that imports Publisher begins its own processes."""
    script = tmp_path / "script.py"
    script.write_text(
        f"import multiprocessing, threading, time\nmultiprocessing.set_start_method({method!r})\n"
        f"if {method!r} == 'spawn': threading.Thread(target=time.sleep, args=(20,), daemon=True).start()\n"
        f"import publisher\nprint(len(publisher.check({str(docs)!r}, workers=2, cache='off').conversion.rendered.pages))\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=300, env=_environ())
    assert done.stdout == f"{COUNT + 33}\n", done.stderr


def _environ() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def test_nothing_is_left_behind(docs: Path) -> None:
    """No process lives on when the one that began it is killed."""
    script = (
        "import os, sys\nfrom pathlib import Path\nimport publisher.convert.workers as workers\n"
        "from publisher.convert.compose import convert\nfrom publisher.model.settings import Settings\n"
        "def run(pool, jobs, take):\n    print(*(p.pid for p in pool.processes), flush=True)\n    os._exit(9)\n"
        "workers.Pool.run = run\nconvert(Settings.of(Path(sys.argv[1]), workers=2))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(docs)], capture_output=True, text=True, timeout=60)
    assert (
        done.returncode == 9 and len(done.stdout.split()) == 2
    )  # the pipe of their output is closed by now: they ended


def test_few_long_documents_are_worth_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    def worth(count: int, size: int) -> int:
        return workers._count_worth([SourceFile(f"{n}.md", Path(f"{n}.md"), b"x" * size) for n in range(count)])

    monkeypatch.setattr(workers, "_can_fork", lambda: True)
    assert (worth(99, 1000), worth(100, 1000), worth(40, 10_000), worth(1, 900_000)) == (0, 2, 5, 1)
    monkeypatch.setattr(workers, "_can_fork", lambda: False)
    assert (worth(299, 1000), worth(300, 1000), worth(40, 10_000), worth(40, 60_000)) == (0, 7, 0, 30)
