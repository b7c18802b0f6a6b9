"""Where the repository's files are shown, so that pages can link to what is not published. Reads Git, nothing else."""

import os
import re
from pathlib import Path

from publisher.model.settings import Settings
from publisher.source.git.git import read_git, repository_root


def blob_base(remote: str, branch: str) -> str:
    """The address below which a repository's files are shown; empty for a remote that is not understood."""
    match = re.match(
        r"(?:https?://(?:[^@/]+@)?|ssh://(?:[^@/]+@)?|[^@/]+@)([^/:]+)(?::\d+)?[:/](.+?)(?:\.git)?/?$", remote
    )
    if not match:
        return ""
    host, path = match[1], match[2]
    if "dev.azure.com" in host:
        parts = [part for part in path.removeprefix("v3/").split("/") if part != "_git"]
        return (
            f"https://dev.azure.com/{parts[0]}/{parts[1]}/_git/{parts[-1]}?version=GB{branch}&path=/"
            if len(parts) >= 3
            else ""
        )
    if "gitlab" in host:
        return f"https://{host}/{path}/-/blob/{branch}/"
    if "bitbucket" in host:
        return f"https://{host}/{path}/src/{branch}/"
    if "gitea" in host or "codeberg" in host:
        return f"https://{host}/{path}/src/branch/{branch}/"
    return f"https://{host}/{path}/blob/{branch}/"


def find_repository(settings: Settings) -> tuple[Path | None, str]:
    """(Git work tree, base of its blob URLs)."""
    root = repository_root(settings.docs)
    remote = settings.repo_url or (read_git(settings.docs, "remote", "get-url", "origin") if root else "") or ""
    branch = settings.repo_branch or (_branch_for_links(settings.docs) if root and remote else "main")
    return root, blob_base(remote, branch) if remote else ""


#: Where CI systems name the branch that a pull request goes to.
_TARGETS = (
    "GITHUB_BASE_REF",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "CHANGE_TARGET",
)


def _branch_for_links(folder: Path) -> str:
    """The branch that pages link to: the one that is published, for a plan from any other is to say the same.

    That is a pull request's target, else the repository's default branch, else the one that is checked out.
    """
    if target := next((os.environ[name] for name in _TARGETS if os.environ.get(name)), ""):
        return target
    default = read_git(folder, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    if default:
        return default.partition("/")[2]
    local = (
        read_git(folder, "for-each-ref", "--format=%(refname:short)", "refs/heads/main", "refs/heads/master") or ""
    ).split()
    current = read_git(folder, "rev-parse", "--abbrev-ref", "HEAD") or "HEAD"
    return local[0] if local else "main" if current == "HEAD" else current
