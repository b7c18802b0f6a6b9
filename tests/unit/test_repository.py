"""What Git and the CI system tell of a folder, with the real Git; and what a hostile repository cannot make it do."""

import os
import subprocess
from pathlib import Path

import pytest

from publisher.source.git.ci import read_ci
from publisher.source.git.git import WorkTree, open_work_tree, read_git
from publisher.source.git.remotes import blob_base, parse_remote
from publisher.source.git.repository import read_repository

PATH = os.environ["PATH"]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """No settings of the person who runs the tests."""
    return {"PATH": PATH, "HOME": str(tmp_path / "home"), "GIT_CONFIG_NOSYSTEM": "1"}


def git(folder: Path, *words: str) -> str:
    names = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    env = {"PATH": PATH, "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", **names}
    done = subprocess.run(["git", *words], cwd=folder, env=env, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def make(folder: Path, remote: str = "") -> Path:
    """A repository with one document in docs/."""
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "a.md").write_text("# A\n")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    if remote:
        git(folder, "remote", "add", "origin", remote)
    return folder


def test_all_that_git_knows(tmp_path: Path, environ: dict[str, str]) -> None:
    top = make(tmp_path / "r", "git@github.com:Acme/Harbour.git")
    found = read_repository(top / "docs", environ)
    assert (found.root, found.git_dir, found.unknown) == (top, top / ".git", "")
    assert (found.remote, found.identity_source) == ("https://github.com/Acme/Harbour", "remote")
    assert (found.branch, found.default_branch, found.shallow) == ("main", "main", False)
    assert found.blob_base == "https://github.com/Acme/Harbour/blob/main/"
    assert found.commit == git(top, "rev-parse", "HEAD") and found.dirty == frozenset()


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/Acme/Harbour.git",
        "https://x-access-token:s3cret@github.com/acme/harbour/",
        "git@github.com:acme/harbour",
        "ssh://git@ssh.github.com:443/ACME/harbour.git",
        "git://GitHub.com/acme/harbour.git",
        "ssh://git@github.com:22/acme//harbour.GIT",
    ],
)
def test_one_repository_has_one_identity(address: str) -> None:
    first, second = parse_remote("https://github.com/acme/harbour"), parse_remote(address)
    assert first and second and first.identity == second.identity and "s3cret" not in second.url


def test_hosts_groups_and_paths_tell_repositories_apart() -> None:
    addresses = ["https://github.com/a/docs", "https://gitlab.com/a/docs", "https://gitlab.com/g/a/docs", "/srv/a/docs",
                 "https://dev.azure.com/o/p/_git/docs", "https://bitbucket.org/a/docs"]  # fmt: skip
    found = [parse_remote(address) for address in addresses]
    assert len({remote.identity for remote in found if remote}) == len(addresses)
    azure = ["https://o@dev.azure.com/o/p/_git/docs", "git@ssh.dev.azure.com:v3/o/p/docs", "https://o.visualstudio.com/p/_git/docs",
             "https://o.visualstudio.com/DefaultCollection/p/_git/docs"]  # fmt: skip
    assert {remote.identity for remote in map(parse_remote, azure) if remote} == {found[4].identity if found[4] else ""}
    https, ssh = parse_remote("https://git.corp/scm/KEY/docs.git"), parse_remote("ssh://git@git.corp:7999/key/docs.git")
    assert https and ssh and https.identity == ssh.identity


@pytest.mark.parametrize("address", ["", "../origin", "x", "https://", "https://host", "ssh://git@host"])
def test_addresses_that_name_nothing(address: str) -> None:
    assert parse_remote(address) is None and blob_base(address, "main") == ""


def test_a_branch_is_escaped_in_addresses() -> None:
    assert blob_base("https://github.com/o/r", "feature/a b#1") == "https://github.com/o/r/blob/feature/a%20b%231/"
    assert blob_base("https://dev.azure.com/o/p/_git/r", "a/b").endswith("?version=GBa%2Fb&path=/")


def test_without_a_remote_the_first_commit_counts(tmp_path: Path, environ: dict[str, str]) -> None:
    top = make(tmp_path / "r")
    first = read_repository(top, environ)
    (top / "docs" / "b.md").write_text("# B\n")
    git(top, "add", ".")
    git(top, "commit", "-qm", "second")
    git(tmp_path, "clone", "-q", str(top), "copy")
    git(tmp_path / "copy", "remote", "remove", "origin")
    second, copy = read_repository(top / "docs", environ), read_repository(tmp_path / "copy", environ)
    assert first.identity_source == "root-commit" and first.identity == second.identity == copy.identity != ""


def test_a_remote_of_another_name(tmp_path: Path, environ: dict[str, str]) -> None:
    top = make(tmp_path / "r")
    git(top, "remote", "add", "upstream", "https://gitlab.com/g/s/docs")
    git(top, "update-ref", "refs/remotes/upstream/trunk", "HEAD")
    git(top, "symbolic-ref", "refs/remotes/upstream/HEAD", "refs/remotes/upstream/trunk")
    found = read_repository(top, environ)
    assert (found.remote, found.default_branch) == ("https://gitlab.com/g/s/docs", "trunk")


def test_worktrees_and_submodules(tmp_path: Path, environ: dict[str, str]) -> None:
    part, top = make(tmp_path / "part", "https://github.com/a/part"), make(tmp_path / "r", "https://github.com/a/r")
    git(top, "worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    found = read_repository(tmp_path / "tree" / "docs", environ)
    assert (found.root, found.remote, found.branch) == (tmp_path / "tree", "https://github.com/a/r", "")
    git(top, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(part), "docs/part")
    git(top / "docs" / "part", "remote", "set-url", "origin", "https://github.com/a/part")
    found = read_repository(top / "docs" / "part", environ)
    assert (found.root, found.remote) == (top / "docs" / "part", "https://github.com/a/part")
    assert read_repository(top / "docs", environ).remote == "https://github.com/a/r"


def test_a_detached_head_and_a_shallow_clone(tmp_path: Path, environ: dict[str, str]) -> None:
    top = make(tmp_path / "r")
    git(top, "commit", "-qm", "second", "--allow-empty")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{top}", "shallow")
    git(tmp_path / "shallow", "checkout", "-q", "--detach")
    found = read_repository(tmp_path / "shallow", environ)
    assert (found.shallow, found.branch, found.default_branch) == (True, "", "main")
    told = {**environ, "GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/heads/feature/x"}
    assert read_repository(tmp_path / "shallow", told).branch == "feature/x"


@pytest.mark.parametrize(
    ("variables", "branch", "default"),
    [
        ({"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_HEAD_REF": "fix", "GITHUB_BASE_REF": "dev"}, "fix", "dev"),
        ({"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/tags/v1"}, "", ""),
        ({"GITLAB_CI": "true", "CI_COMMIT_BRANCH": "x", "CI_DEFAULT_BRANCH": "trunk"}, "x", "trunk"),
        ({"GITLAB_CI": "true", "CI_COMMIT_TAG": "v1", "CI_DEFAULT_BRANCH": "trunk"}, "", "trunk"),
        ({"GITLAB_CI": "true", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "x", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "y"}, "x", "y"),
        ({"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_BRANCH": "x", "BITBUCKET_PR_DESTINATION_BRANCH": "y"}, "x", "y"),
        ({"TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/heads/a/b"}, "a/b", ""),
        ({"TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/pull/1/merge", "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/x",
          "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"}, "x", "main"),
        ({"JENKINS_URL": "http://j", "BRANCH_NAME": "PR-7", "CHANGE_BRANCH": "x", "CHANGE_TARGET": "y"}, "x", "y"),
        ({"JENKINS_URL": "http://j", "GIT_BRANCH": "origin/x"}, "x", ""),
        ({"JENKINS_URL": "http://j", "GIT_BRANCH": "detached", "BRANCH_NAME": "main", "BRANCH_IS_PRIMARY": "true"}, "main", "main"),
        ({"CIRCLECI": "true", "CIRCLE_BRANCH": "x"}, "x", ""),
        ({"CIRCLECI": "true", "CIRCLE_BRANCH": "pull/12"}, "", ""),
        ({"BUILDKITE": "true", "BUILDKITE_BRANCH": "x", "BUILDKITE_PIPELINE_DEFAULT_BRANCH": "main"}, "x", "main"),
        ({"DRONE": "true", "DRONE_BRANCH": "main", "DRONE_SOURCE_BRANCH": "x", "DRONE_TARGET_BRANCH": "main"}, "x", "main"),
        ({"TEAMCITY_VERSION": "2024", "PUBLISHER_BRANCH": "refs/heads/x"}, "x", ""),
        ({"GITLAB_CI": "true", "CI_COMMIT_BRANCH": "x", "PUBLISHER_BRANCH": "mine"}, "mine", ""),
        ({}, "", ""),
    ],
)  # fmt: skip
def test_branches_of_ci_systems(variables: dict[str, str], branch: str, default: str) -> None:
    found = read_ci(variables)
    assert (found.branch, found.default_branch) == (branch, default)


def test_what_changed_since_the_commit(tmp_path: Path, environ: dict[str, str]) -> None:
    top = make(tmp_path / "r")
    for name in ("same", "touched", "edited", "staged", "gone", "wide ü"):
        (top / "docs" / f"{name}.md").write_text(f"# {name}\n")
    git(top, "add", ".")
    git(top, "commit", "-qm", "more")
    os.utime(top / "docs" / "touched.md", (1, 1))
    (top / "docs" / "edited.md").write_text("# other\n")
    (top / "docs" / "wide ü.md").write_text("# other words\n")
    (top / "docs" / "staged.md").write_text("# later\n")
    git(top, "add", "docs/staged.md")
    (top / "docs" / "gone.md").unlink()
    (top / "docs" / "new.md").write_text("# new\n")
    assert read_repository(top / "docs", environ).dirty == {
        "docs/edited.md", "docs/staged.md", "docs/gone.md", "docs/wide ü.md"
    }  # fmt: skip


def test_why_git_does_not_answer(tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plain").mkdir()
    assert "not in a Git repository" in read_repository(tmp_path / "plain", environ).unknown
    top = make(tmp_path / "r", "https://github.com/a/r")
    no_git = read_repository(top, {**environ, "PATH": str(tmp_path)})
    known = read_repository(top, environ)
    assert "`git` is not installed" in no_git.unknown and no_git.root == top
    assert (no_git.identity, no_git.blob_base, no_git.commit) == (known.identity, known.blob_base, known.commit)
    (top / ".git" / "HEAD").write_text("rubbish")
    assert "Git says: not a git repository" in read_repository(top, environ).unknown


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root, to give files to another user")
def test_a_repository_of_somebody_else(tmp_path: Path, environ: dict[str, str]) -> None:
    top = make(tmp_path / "r", "https://github.com/a/r")
    for path in (top, top / ".git"):
        os.chown(path, 65534, 65534)
    found = read_repository(top / "docs", environ)
    assert "dubious ownership" in found.unknown and f"safe.directory {top}" in found.unknown
    assert found.remote == "https://github.com/a/r"  # pages do not change with who publishes
    trusted = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": str(top)}
    assert read_repository(top / "docs", {**environ, **trusted}).remote == "https://github.com/a/r"


def test_files_that_a_ci_system_unpacked_without_git(tmp_path: Path, environ: dict[str, str]) -> None:
    (tmp_path / "docs").mkdir()
    told = {**environ, "GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "a/r",
            "GITHUB_REF": "refs/heads/main", "GITHUB_SHA": "c0ffee", "GITHUB_WORKSPACE": str(tmp_path)}  # fmt: skip
    found = read_repository(tmp_path / "docs", told)
    assert (found.root, found.remote, found.commit) == (tmp_path, "https://github.com/a/r", "c0ffee")
    assert found.blob_base == "https://github.com/a/r/blob/main/" and found.unknown


def test_variables_of_a_hook_do_not_redirect(tmp_path: Path, environ: dict[str, str]) -> None:
    top, other = make(tmp_path / "r", "https://github.com/a/r"), make(tmp_path / "other", "https://github.com/a/other")
    hook = {
        **environ,
        "GIT_DIR": str(other / ".git"),
        "GIT_INDEX_FILE": str(other / ".git" / "index"),
        "GIT_WORK_TREE": str(other),
    }
    found = read_repository(top / "docs", hook)
    assert (found.remote, found.dirty) == ("https://github.com/a/r", frozenset())


HOSTILE = """[core]
	repositoryformatversion = 0
	bare = {bare}
	fsmonitor = {run}
	pager = {run}
	hooksPath = {hooks}
	sshCommand = {run}
	alternateRefsCommand = {run}
[log]
	showSignature = true
[gpg]
	program = {run}
[gpg "ssh"]
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
	required = true
[credential]
	helper = !{run}
"""


@pytest.mark.parametrize("kind", ["bare", "real"])
def test_no_program_of_a_repository_runs(tmp_path: Path, environ: dict[str, str], kind: str) -> None:
    from publisher.source.git.revisions import changed_files

    top = make(tmp_path / "r")
    (top / ".gitattributes").write_text("*.md filter=x diff=x\n")
    git(top, "add", ".")
    git(top, "commit", "-qm", "attributes")
    run, hooks = tmp_path / "evil.sh", tmp_path / "hooks"
    run.write_text(f"#!/bin/sh\necho ran $0 >> {tmp_path}/ran\ncat\n")
    run.chmod(0o755)
    hooks.mkdir()
    for name in ("post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).symlink_to(run)
    config = HOSTILE.format(run=run, hooks=hooks, bare="true" if kind == "bare" else "false")
    docs = top / "docs"
    if kind == "bare":
        docs = tmp_path / "plain" / "docs"
        docs.mkdir(parents=True)
        for name in ("objects", "refs", "HEAD"):
            source = top / ".git" / name
            subprocess.run(["cp", "-r", str(source), str(docs / name)], check=True)
        (docs / "config").write_text(config)
    else:
        (top / ".git" / "config").write_text(config)
        (docs / "a.md").write_text("# changed\n")
    found = read_repository(docs, environ)
    tree = open_work_tree(docs, environ)
    if isinstance(tree, WorkTree):
        assert kind == "real" and found.dirty == {"docs/a.md"}
        assert read_git(tree, "log", "-1", "--format=%s", environ=environ) == "attributes"
        assert changed_files(docs, "HEAD") == {docs / "a.md"}
    else:
        assert kind == "bare" and found.unknown
    assert not (tmp_path / "ran").exists()
