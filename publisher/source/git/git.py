"""The one place that runs Git. It reads; nothing here changes a repository.

A repository may hold settings that start programs. So its folder is found by its ``.git`` (never by looking like a bare
repository), it is named to Git explicitly, every setting that starts a program is switched off, and Git sees neither our
logins nor variables that point it elsewhere.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from publisher.programs import ProgramFailed, choose_variables, find_program, run_program

#: Timeout of one command, in seconds.
SECONDS = 60.0
#: Settings of a repository that would start a program, ask somebody, or change what is printed.
_SAFE = {
    "safe.bareRepository": "explicit",
    "core.fsmonitor": "false",
    "core.untrackedCache": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "core.askPass": "",
    "core.editor": "false",
    "core.sshCommand": "false",
    "core.gitProxy": "",
    "core.alternateRefsCommand": "false",
    "core.quotePath": "false",
    "core.precomposeUnicode": "false",
    "credential.helper": "",
    "diff.trustExitCode": "false",
    "log.showSignature": "false",
    "log.mailmap": "false",
    "gpg.program": "false",
    "i18n.logOutputEncoding": "UTF-8",
    "protocol.allow": "never",
    "color.ui": "false",
}
#: Git's own variables that a user may set for their whole system. All others could point Git elsewhere.
_GIT_VARIABLES = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")
_FETCHES_NOTHING = "GIT_NO_LAZY_FETCH"


class WorkTree(Struct, frozen=True):
    """``root`` holds ``.git``; ``git_dir`` is what Git says about it."""

    root: Path
    git_dir: Path


class Refusal(Struct, frozen=True):
    """Why Git does not answer: ``words`` are its own, ``remedy`` says what helps."""

    words: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.words}; {self.remedy}" if self.remedy else self.words


def repository_root(folder: Path) -> Path | None:
    """The nearest folder at or above ``folder`` that holds a ``.git``: a folder, or a worktree's or submodule's file."""
    return next((parent for parent in (folder, *folder.parents) if _has_git(parent)), None)


def _has_git(folder: Path) -> bool:
    try:
        return (folder / ".git").exists()
    except OSError:
        return False


def open_work_tree(folder: Path, environ: Mapping[str, str]) -> WorkTree | Refusal:
    """The work tree that ``folder`` lies in, if Git agrees to read it. This call alone lets Git check who owns it."""
    root = repository_root(folder)
    if root is None:
        return Refusal(f"{folder} is not in a Git repository", "")
    program = find_program("git", environ, outside=root)
    if not program:
        return Refusal("the program `git` is not installed", "install Git, or publish from a machine that has it")
    variables = {**_variables(environ), "GIT_CEILING_DIRECTORIES": str(root.parent)}
    command = [program, *_settings(), "-C", str(root), "rev-parse", "--absolute-git-dir"]
    try:
        done = run_program(command, environ=variables, folder=root, seconds=SECONDS)
    except ProgramFailed as error:
        return Refusal(str(error), "")
    if done.code:
        return _explain(done.errors.decode(errors="replace"), root)
    return WorkTree(root, Path(done.output.decode(errors="surrogateescape").rstrip("\n")))


def _explain(said: str, root: Path) -> Refusal:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    words = re.sub(r"^fatal: ", "", lines[0]) if lines else "Git does not say why"
    if "dubious ownership" in said:
        return Refusal(f"Git says: {words}", f"run `git config --global --add safe.directory {root}`")
    return Refusal(f"Git says: {words}", "run `git status` there to see what is wrong")


def read_git(tree: WorkTree, *arguments: str, data: bytes = b"", environ: Mapping[str, str] = os.environ) -> str | None:
    """The output of ``git ARGUMENTS`` without white space around it; None where Git refuses. UTF-8, whatever the console is."""
    found = read_git_bytes(tree, *arguments, data=data, environ=environ)
    return None if found is None else found.decode(errors="replace").strip()


def read_git_bytes(
    tree: WorkTree, *arguments: str, data: bytes = b"", environ: Mapping[str, str] = os.environ
) -> bytes | None:
    """The output of ``git ARGUMENTS`` as it is; None where Git refuses, or takes too long. ``data``: its input."""
    program = find_program("git", environ, outside=tree.root)
    if not program:
        return None
    place = [f"--git-dir={tree.git_dir}", f"--work-tree={tree.root}"]
    command = [program, *_settings(), *place, "--literal-pathspecs", *arguments]
    try:
        done = run_program(command, environ=_variables(environ), folder=tree.root, seconds=SECONDS, data=data)
    except ProgramFailed:
        return None
    return done.output if done.code == 0 else None


def _settings() -> list[str]:
    safe = (word for name, value in _SAFE.items() for word in ("-c", f"{name}={value}"))
    return ["--no-pager", "--no-replace-objects", *safe]


def _variables(environ: Mapping[str, str]) -> dict[str, str]:
    """What Git may see. Directories that the user calls safe stay so, however they were given."""
    trusted = [
        environ.get(f"GIT_CONFIG_VALUE_{number}", "")
        for number in range(_count(environ.get("GIT_CONFIG_COUNT", "")))
        if environ.get(f"GIT_CONFIG_KEY_{number}", "").lower() == "safe.directory"
    ]
    numbered = {f"GIT_CONFIG_KEY_{number}": "safe.directory" for number in range(len(trusted))}
    numbered |= {f"GIT_CONFIG_VALUE_{number}": value for number, value in enumerate(trusted)}
    return {
        **choose_variables(environ, _GIT_VARIABLES),
        **numbered,
        **({"GIT_CONFIG_COUNT": str(len(trusted))} if trusted else {}),
        "LC_ALL": "C.UTF-8",
        "LANGUAGE": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        _FETCHES_NOTHING: "1",
    }


def _count(text: str) -> int:
    return min(int(text), 1000) if text.isascii() and text.isdigit() else 0
