"""What a CI system says in its variables: they check out a commit, so that Git itself knows no branch."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

#: A variable that wins everywhere; TeamCity, which gives no branch by itself, passes its parameter in it.
BRANCH_VARIABLE = "PUBLISHER_BRANCH"


class CISystem(Struct, frozen=True, kw_only=True):
    """Names of variables; of several, the first that has a value counts.

    ``present``: one that only this system sets. ``tag``: set while a tag is built, which is on no branch.
    """

    name: str
    present: tuple[str, ...]
    branch: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    default: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    commit: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    workspace: tuple[str, ...] = ()


SYSTEMS = (
    CISystem(
        name="GitLab CI",
        present=("GITLAB_CI",),
        branch=("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH"),
        target=("CI_MERGE_REQUEST_TARGET_BRANCH_NAME",),
        default=("CI_DEFAULT_BRANCH",),
        tag=("CI_COMMIT_TAG",),
        commit=("CI_COMMIT_SHA",),
        remote=("CI_PROJECT_URL",),
        workspace=("CI_PROJECT_DIR",),
    ),
    CISystem(
        name="Bitbucket Pipelines",
        present=("BITBUCKET_BUILD_NUMBER", "BITBUCKET_REPO_FULL_NAME", "BITBUCKET_BRANCH"),
        branch=("BITBUCKET_BRANCH",),
        target=("BITBUCKET_PR_DESTINATION_BRANCH",),
        tag=("BITBUCKET_TAG",),
        commit=("BITBUCKET_COMMIT",),
        remote=("BITBUCKET_GIT_HTTP_ORIGIN",),
        workspace=("BITBUCKET_CLONE_DIR",),
    ),
    CISystem(
        name="Azure Pipelines",
        present=("TF_BUILD",),
        branch=("SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH"),
        target=("SYSTEM_PULLREQUEST_TARGETBRANCH",),
        commit=("BUILD_SOURCEVERSION",),
        remote=("BUILD_REPOSITORY_URI",),
        workspace=("BUILD_SOURCESDIRECTORY",),
    ),
    CISystem(
        name="CircleCI",
        present=("CIRCLECI",),
        branch=("CIRCLE_BRANCH",),
        tag=("CIRCLE_TAG",),
        commit=("CIRCLE_SHA1",),
        remote=("CIRCLE_REPOSITORY_URL",),
    ),
    CISystem(
        name="Buildkite",
        present=("BUILDKITE",),
        branch=("BUILDKITE_BRANCH",),
        target=("BUILDKITE_PULL_REQUEST_BASE_BRANCH",),
        default=("BUILDKITE_PIPELINE_DEFAULT_BRANCH",),
        tag=("BUILDKITE_TAG",),
        commit=("BUILDKITE_COMMIT",),
        remote=("BUILDKITE_REPO",),
        workspace=("BUILDKITE_BUILD_CHECKOUT_PATH",),
    ),
    CISystem(
        name="Drone",
        present=("DRONE",),
        branch=("DRONE_SOURCE_BRANCH", "DRONE_BRANCH"),
        target=("DRONE_TARGET_BRANCH",),
        default=("DRONE_REPO_BRANCH",),
        tag=("DRONE_TAG",),
        commit=("DRONE_COMMIT_SHA", "DRONE_COMMIT"),
        remote=("DRONE_GIT_HTTP_URL", "DRONE_REMOTE_URL"),
        workspace=("DRONE_WORKSPACE",),
    ),
    CISystem(
        name="Woodpecker",
        present=("CI_PIPELINE_FORGE_URL", "CI_REPO_FORGE_ID"),
        branch=("CI_COMMIT_SOURCE_BRANCH", "CI_COMMIT_BRANCH"),
        target=("CI_COMMIT_TARGET_BRANCH",),
        default=("CI_REPO_DEFAULT_BRANCH",),
        tag=("CI_COMMIT_TAG",),
        commit=("CI_COMMIT_SHA",),
        remote=("CI_REPO_CLONE_URL",),
        workspace=("CI_WORKSPACE",),
    ),
    CISystem(
        name="Travis CI",
        present=("TRAVIS",),
        branch=("TRAVIS_PULL_REQUEST_BRANCH", "TRAVIS_BRANCH"),
        tag=("TRAVIS_TAG",),
        commit=("TRAVIS_COMMIT",),
        workspace=("TRAVIS_BUILD_DIR",),
    ),
    CISystem(
        name="GitHub Actions",  # Gitea and Forgejo set the same
        present=("GITHUB_ACTIONS", "GITHUB_REF", "GITHUB_BASE_REF"),
        branch=("GITHUB_HEAD_REF", "GITHUB_REF"),
        target=("GITHUB_BASE_REF",),
        commit=("GITHUB_SHA",),
        workspace=("GITHUB_WORKSPACE",),
    ),
    CISystem(
        name="Jenkins",
        present=("JENKINS_URL", "JENKINS_HOME", "CHANGE_TARGET", "GIT_LOCAL_BRANCH", "GIT_BRANCH"),
        branch=("CHANGE_BRANCH", "GIT_LOCAL_BRANCH", "GIT_BRANCH", "BRANCH_NAME"),
        target=("CHANGE_TARGET",),
        tag=("TAG_NAME",),
        commit=("GIT_COMMIT",),
        remote=("GIT_URL",),
        workspace=("WORKSPACE",),
    ),
)


class CIFacts(Struct, frozen=True):
    """What the variables say; empty where they say nothing. ``default_branch`` is a pull request's target, if there is one."""

    branch: str = ""
    default_branch: str = ""
    commit: str = ""
    remote: str = ""
    workspace: str = ""


def read_ci(environ: Mapping[str, str]) -> CIFacts:
    """What the CI system that runs us says of branch, target, commit and repository."""
    system = next((item for item in SYSTEMS if any(environ.get(name) for name in item.present)), None)
    forced = _branch(environ.get(BRANCH_VARIABLE, ""))
    if system is None:
        return CIFacts(branch=forced)

    def first(names: tuple[str, ...]) -> str:
        return next((environ[name] for name in names if environ.get(name)), "")

    branch = "" if first(system.tag) else next(filter(None, (_branch(environ.get(n, "")) for n in system.branch)), "")
    default = _branch(first(system.target)) or _branch(first(system.default))
    remote = first(system.remote)
    if system.name == "GitHub Actions":
        default = default or _default_of_event(environ.get("GITHUB_EVENT_PATH", ""))
        server, name = environ.get("GITHUB_SERVER_URL", ""), environ.get("GITHUB_REPOSITORY", "")
        remote = f"{server}/{name}" if server and name else ""
    if system.name == "Jenkins" and not default and environ.get("BRANCH_IS_PRIMARY") == "true":
        default = branch
    return CIFacts(forced or branch, default, first(system.commit), remote, first(system.workspace))


def _branch(text: str) -> str:
    """A branch by its short name; empty for a tag, for a merge that only a pull request has, and for no name at all."""
    name = re.sub(r"^(?:refs/heads/|refs/remotes/origin/|origin/)", "", text.strip())
    none = ("HEAD", "detached") if not name.startswith("refs/") else (name,)
    if name in none or re.fullmatch(r"(?:pull|merge-requests|PR-|MR-)/?\d+(?:/(?:head|merge))?", name):
        return ""
    return name


def _default_of_event(path: str) -> str:
    """GitHub writes what happened into a file, the repository's default branch among it."""
    try:
        event = json.loads(Path(path).read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError, RecursionError):
        return ""
    repository = event.get("repository") if isinstance(event, dict) else None
    name = repository.get("default_branch") if isinstance(repository, dict) else None
    return name if isinstance(name, str) else ""
