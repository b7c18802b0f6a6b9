"""A repository that a stranger wrote, with every trick at once: the promises of SECURITY.md, by their numbers."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from publisher.sandbox.app import running
from publisher.sandbox.store import Store

CANARY = "c4n4ry-s3cret-of-the-job"
LOCAL = "c4n4ry-of-this-machine"
SECRETS = ("CONFLUENCE_TOKEN", "INPUT_TOKEN", "INPUT_GITHUB_TOKEN", "GITHUB_TOKEN", "ACTIONS_RUNTIME_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
           "AWS_SECRET_ACCESS_KEY", "CI_JOB_TOKEN", "SYSTEM_ACCESSTOKEN", "MATON_API_KEY")  # fmt: skip
TITLE = "::error::pwned ##[command]x ##vso[task.complete] @everyone"


class _Attacker(BaseHTTPRequestHandler):
    seen: list[str]

    def do_GET(self) -> None:
        _Attacker.seen.append(f"{self.command} {self.path} {self.headers}")
        self.send_response(200)
        self.end_headers()

    do_POST = do_CONNECT = do_HEAD = do_PUT = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def attacker() -> Iterator[str]:
    _Attacker.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Attacker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def program(path: Path, marker: Path) -> Path:
    """A program that tells that it ran, and what it saw."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho "$0" >> {marker}\nenv >> {marker}\ncat\n')
    path.chmod(0o755)
    return path


GIT_CONFIG = """[core]
	repositoryformatversion = 0
	bare = {bare}
	fsmonitor = {run}
	pager = {run}
	hooksPath = {hooks}
	sshCommand = {run}
[log]
	showSignature = true
[gpg]
	program = {run}
[diff]
	external = {run}
[diff "x"]
	command = {run}
	textconv = {run}
[filter "x"]
	clean = {run}
	smudge = {run}
	process = {run}
[remote "origin"]
	url = https://github.com/acme/harbour
"""


def make_repository(top: Path, attacker: str) -> Path:
    """The tree; ``ran`` beside it is where any of its programs leaves a trace."""
    marker = top.parent / "ran"
    git = {
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@b",
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    outside = top.parent
    (outside / "outside.md").write_text(LOCAL)
    (outside / "outside.png").write_bytes(b"\x89PNG\r\n\x1a\n" + LOCAL.encode())
    files = {
        "docs/index.md": f"# {TITLE}\n\n[x](gone.md) @team\n",
        "docs/includes.md": "# Includes\n\n" + "\n\n".join(
            form.replace("P", path)
            for path in ("../.env", "../.git/config", "../secret.txt", "../../outside.md", "/proc/self/environ", "link.md")
            for form in ('--8<-- "P"', "{{#include P}}", "{! P !}", "::include{file=P}")
        ),
        "docs/images.md": "# Images\n\n" + "\n\n".join(f"![a]({path})" for path in ("../.env.png", "../../outside.png", "link.png", "/etc/passwd")),
        "docs/remote.md": f"# Remote\n\n![a](http://{attacker}/a.png) ![b](http://[64:ff9b::7f00:1]/b.png)\n",
        "docs/diagrams.md": '# Diagrams\n\n```plantuml\nA -> B: %getenv("INPUT_TOKEN")\n!include ../secret.txt\n```\n\n```dot\ndigraph { a [image="../.env.png"] }\n```\n\n'
        f'```d2\na: {{icon: ../.env.png}}\n...@../secret\n```\n\n```mermaid\ngraph TD; A["<img src=\'http://{attacker}/m.png\'/>"]\n```\n',
        "docs/variables.md": "# Variables\n\n{{ INPUT_TOKEN }} {{ env.INPUT_TOKEN }} ${INPUT_TOKEN} {{ ''.__class__.__mro__ }}\n",
        "docs/::warning::name\n::error::x.md": "# Name\n\n[x](gone2.md)\n",
        "docs/macro.md": "# Macro\n\n```macro\nname: own\n```\n",
        "templates/own.xml.j2": "{#- own: body -#}{% include '../.env' %}{% include '.env' %}{{ self.__init__.__globals__ }}<p/>",
        "templates/.env": LOCAL,
        ".env": LOCAL, "secret.txt": LOCAL, ".gitignore": "secret.txt\n",
        ".gitattributes": "*.md filter=x diff=x\n",
        "publisher.yml": "docs: docs\ntemplates: templates\nassets: ['..', '../..', '/proc/self', /etc, ../.git]\nsyntax: [+includes]\n"
        "remote_images: download\n",
    }  # fmt: skip
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    (top / ".env.png").write_bytes(b"\x89PNG\r\n\x1a\n" + LOCAL.encode())
    (top / "docs" / "link.md").symlink_to(outside / "outside.md")
    (top / "docs" / "link.png").symlink_to(outside / "outside.png")
    (top / "docs" / "folder").symlink_to("/etc")
    for words in (["init", "-qb", "main"], ["add", "-A"], ["commit", "-qm", f"{TITLE}"]):
        subprocess.run(["git", *words], cwd=top, env={**os.environ, **git}, check=True, capture_output=True)
    run, hooks = program(outside / "evil", marker), outside / "hooks"
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "pre-commit"):
        program(hooks / hook, marker)
    (top / ".git" / "config").write_text(GIT_CONFIG.format(bare="false", run=run, hooks=hooks))
    bare = top / "docs" / "bare"
    (bare / "objects").mkdir(parents=True)
    (bare / "refs").mkdir()
    (bare / "HEAD").write_text("ref: refs/heads/main\n")
    (bare / "config").write_text(GIT_CONFIG.format(bare="true", run=run, hooks=hooks))
    (bare / "page.md").write_text("# Bare\n")
    for name in ("git", "dot", "plantuml", "d2", "mmdc", "publisher"):
        program(top / "node_modules" / ".bin" / name, marker)
        program(top / "docs" / name, marker)
    return marker


class Job:
    """A job that holds every secret, in the repository of the stranger."""

    def __init__(self, top: Path, address: str) -> None:
        self.top = top
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PUBLISHER", "CONFLUENCE", "GITHUB", "GIT_"))
        }
        path = os.pathsep.join([str(top / "node_modules" / ".bin"), ".", "", clean["PATH"]])
        self.env = {**clean, **dict.fromkeys(SECRETS, CANARY), "PATH": path, "GITHUB_ACTIONS": "true", "GIT_CONFIG_NOSYSTEM": "1",
                    "CONFLUENCE_URL": address, "CONFLUENCE_SPACE": "DOCS", "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                    "XDG_CACHE_HOME": str(top.parent / "cache"), "HOME": str(top.parent)}  # fmt: skip

    def run(self, *words: str, **more: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "publisher", *words],
            cwd=self.top,
            env={**self.env, **more},
            capture_output=True,
            timeout=300,
        )
        return done.returncode, (done.stdout + b"\n" + done.stderr).decode(errors="replace")


def commands(log: str) -> list[str]:
    return [line for line in log.splitlines() if line.lstrip().startswith("::") or "##[" in line or "##vso[" in line]


@pytest.fixture
def job(tmp_path: Path, attacker: str) -> Iterator[tuple[Job, Store, Path]]:
    top = tmp_path / "repo"
    top.mkdir()
    marker = make_repository(top, attacker)
    with running(":memory:", token=CANARY) as (address, store):
        store.create_space("DOCS", "Docs")
        yield Job(top, address), store, marker


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX programs and links")
def test_a_hostile_repository(job: tuple[Job, Store, Path]) -> None:
    runner, store, marker = job
    logs = []
    for words in (
        ["check"], ["check", "--format", "markdown"], ["check", "--format", "sarif"], ["plan", "--output", "plan.json"],
        ["plan", "--offline", "--base", "HEAD"], ["publish", "--yes", "--report", "report.json", "--summary", "summary.md", "-v"], ["status"],
        ["config"],
    ):  # fmt: skip
        _, log = runner.run(*words)
        assert "Traceback" not in log, log
        logs.append(log)
    pages = store.pages(["current"])
    assert {"Includes", "Images", "Diagrams", "Bare", "Variables"} <= {
        row["title"] for row in pages
    }  # it was published
    # 2: no program of the repository ran
    assert not marker.exists(), marker.read_text()[:500]
    # 1, 3, 4, 6: the canaries are nowhere
    shown = [*logs, *(str(dict(row)) for row in pages)]
    shown += [
        path.read_text()
        for path in map(runner.top.joinpath, ("plan.json", "report.json", "summary.md"))
        if path.exists()
    ]
    assert not [text for text in shown if CANARY in text or LOCAL in text or "root:x:0:0" in text]
    for path in (runner.top.parent / "cache").rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes() and LOCAL.encode() not in path.read_bytes()
    # 7: nobody else was asked
    assert _Attacker.seen == []
    # 5: no command of the stranger in a log, no mention in a report
    for log in logs:
        assert not [line for line in commands(log) if "file=" not in line.split("::")[1]], log
        assert not [line for line in commands(log) if line.startswith(("::error::", "::warning::name", "::error::x"))]
    summary = (runner.top / "summary.md").read_text()
    assert "@everyone" not in summary and "\n::error::x" not in summary


@pytest.mark.parametrize(
    "line", ["proxy: http://{a}", "ca_bundle: ca.pem", "headers: {{X: y}}", "gateway: maton", "trusted_hosts: [{a}]", "insecure: true",
             "token_file: .env", "client_cert: c.pem", "allow_http: true", "programs: {{dot: ./evil}}", "kroki_url: http://{a}", "log_file: docs/log.md"]
)  # fmt: skip
def test_the_login_goes_nowhere_else(job: tuple[Job, Store, Path], attacker: str, line: str) -> None:
    runner, store, _ = job
    with (runner.top / "publisher.yml").open("a") as file:
        file.write(line.format(a=attacker) + "\n")
    code, log = runner.run("publish", "--yes")
    assert code == 2 and "publisher.yml:6: `" in log and CANARY not in log
    assert _Attacker.seen == [] and len(store.pages(["current"])) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://{a}/wiki",
        "http://localhost:{p}/wiki",
        "https://evil.example/wiki",
        "http://[::1]:{p}",
        "https://evilatlassian.net",
        "'http://[::1'",
    ],
)
def test_an_address_of_the_file(job: tuple[Job, Store, Path], attacker: str, url: str) -> None:
    runner, _, _ = job
    with (runner.top / "publisher.yml").open("a") as file:
        file.write("url: " + url.format(a=attacker, p=attacker.rpartition(":")[2]) + "\n")
    code, log = runner.run("publish", "--yes", CONFLUENCE_URL="", MATON_API_KEY="")
    assert code == 2 and ("gets no" in log or "unencrypted" in log or "is not a URL" in log) and CANARY not in log
    assert _Attacker.seen == []
