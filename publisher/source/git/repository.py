"""Reads what Git and the CI system know of a folder into one value. Called once for each folder that is published."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from publisher.model.options.reading import SourceOptions
from publisher.model.repository import IdentitySource, Repository
from publisher.source.git.changes import read_dirty
from publisher.source.git.ci import CIFacts, read_ci
from publisher.source.git.files import read_git_files
from publisher.source.git.git import Refusal, WorkTree, open_work_tree, read_git, repository_root
from publisher.source.git.remotes import Remote, blob_base, choose_remote, parse_remote
from publisher.source.git.submodules import read_index, read_submodules
from publisher.storage import digest


def read_repository(folder: Path, environ: Mapping[str, str]) -> Repository:
    """What is known of the repository that ``folder`` is in. Never raises: what is not known is empty, ``unknown`` says why.

    ``environ``: variables of the CI system, and what Git itself may see. ``dirty`` is told for files below ``folder``.
    """
    facts = read_ci(environ)
    tree = open_work_tree(folder, environ)
    match tree:
        case Refusal():
            return _without_git(folder, facts, tree)
        case WorkTree():
            return _with_git(folder, facts, tree, environ)


def _without_git(folder: Path, facts: CIFacts, refusal: Refusal) -> Repository:
    """Git does not answer. Its files, or a CI system that unpacked ours, may tell all the same."""
    root = repository_root(folder)
    workspace = Path(facts.workspace) if facts.workspace else None
    if root is None and workspace is not None and workspace.is_absolute() and folder.is_relative_to(workspace):
        root = workspace
    if root is None:  # the files were copied: nothing tells where in the repository they were
        return Repository(branch=facts.branch, default_branch=facts.default_branch, unknown=str(refusal))
    files = read_git_files(root)
    known = workspace is not None and _contains(workspace, root)
    remote = choose_remote(dict(files.remotes), "")[1] or (parse_remote(facts.remote) if known else None)
    branch = facts.branch or files.branch
    default = facts.default_branch or files.default
    return Repository(
        root=root,
        remote=remote.url if remote else "",
        blob_base=blob_base(remote.url, default or branch or "main") if remote else "",
        branch=branch,
        default_branch=default,
        commit=files.commit or (facts.commit if known else ""),
        identity=remote.identity if remote else "",
        identity_source="remote" if remote else "",
        unknown=str(refusal),
        submodules=read_submodules(root),
    )


def _contains(folder: Path, path: Path) -> bool:
    return folder.is_absolute() and path.resolve().is_relative_to(folder.resolve())


def _with_git(folder: Path, facts: CIFacts, tree: WorkTree, environ: Mapping[str, str]) -> Repository:
    def git(*arguments: str) -> str:
        return read_git(tree, *arguments, environ=environ) or ""

    commit = git("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    checked_out = git("symbolic-ref", "--quiet", "--short", "HEAD")
    refs = git("for-each-ref", "--format=%(refname) %(symref)", "refs/remotes", "refs/heads/main", "refs/heads/master")
    name, remote = _read_remote(
        git("config", "--null", "--get-regexp", r"^(remote\..*\.url|branch\..*\.remote)$"), checked_out
    )
    if _of_another(facts, remote):  # a job may check out a second repository beside its own
        facts = CIFacts()
    default = facts.default_branch or _default_branch(refs, name)
    branch = facts.branch or checked_out
    shallow = git("rev-parse", "--is-shallow-repository") == "true"
    index = read_index(tree, environ)
    identity, source = _identify(
        remote, "" if shallow or not commit else git("rev-list", "--first-parent", "--max-parents=0", "HEAD")
    )
    return Repository(
        root=tree.root,
        git_dir=tree.git_dir,
        remote=remote.url if remote else "",
        blob_base=blob_base(remote.url, default or branch or "main") if remote else "",
        branch=branch,
        default_branch=default,
        commit=commit,
        shallow=shallow,
        dirty=read_dirty(tree, folder, environ) if commit else frozenset(),
        identity=identity,
        identity_source=source,
        submodules=read_submodules(tree.root, index.submodules),
        names=index.names,
    )


def _identify(remote: Remote | None, roots: str) -> tuple[str, IdentitySource]:
    if remote is not None:
        return remote.identity, "remote"
    return (digest(roots.split()[-1]), "root-commit") if roots else ("", "")


def _of_another(facts: CIFacts, remote: Remote | None) -> bool:
    told = parse_remote(facts.remote)
    return told is not None and remote is not None and bool(remote.host) and told.identity != remote.identity


def _read_remote(config: str, branch: str) -> tuple[str, Remote | None]:
    """(name, remote): ``origin``, else the one that the branch follows, else the first by name."""
    values = dict(row.split("\n", 1) for row in config.split("\0") if "\n" in row)
    urls = {
        found[1]: address for key, address in values.items() if (found := re.fullmatch(r"remote\.(.*)\.url", key, re.S))
    }
    return choose_remote(urls, values.get(f"branch.{branch}.remote", ""))


def _default_branch(refs: str, remote: str) -> str:
    """The branch that the remote calls its default, else ``main`` or ``master``, here or there. Empty if there is none."""
    rows = dict(line.partition(" ")[::2] for line in refs.splitlines())
    head = rows.get(f"refs/remotes/{remote}/HEAD", "")
    if head.startswith(f"refs/remotes/{remote}/"):
        return head.removeprefix(f"refs/remotes/{remote}/")
    places = [f"{place}/{name}" for place in ("refs/heads", f"refs/remotes/{remote}") for name in ("main", "master")]
    return next((place.rpartition("/")[2] for place in places if place in rows), "")


def find_repository(options: SourceOptions) -> Repository:
    """The repository of the docs root, with the address and branch that the settings give in place of Git's."""
    if options.repository is not None:
        return options.repository
    found = read_repository(options.docs, os.environ)
    if not options.repo_url and not options.repo_branch:
        return found
    remote = parse_remote(options.repo_url or found.remote)
    branch = options.repo_branch or found.default_branch or found.branch or "main"
    if remote is None:
        return replace(found, branch=options.repo_branch or found.branch)
    return replace(
        found, remote=remote.url, branch=options.repo_branch or found.branch, blob_base=blob_base(remote.url, branch)
    )
