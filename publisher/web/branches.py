"""A branch with one commit, and a pull request for it, through GitHub's API: no program of Git runs, and none gets a token."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx
from msgspec import Struct

from publisher._version import __version__
from publisher.errors import RemoteError

#: The last line of our commits: a branch whose newest commit has another is somebody else's work.
MARK = "Publisher-Pull: true"
_MOST_BRANCHES = 20


class Change(Struct, frozen=True):
    """A file of the commit. ``data``: None for one that goes."""

    path: str
    data: bytes | None
    executable: bool = False


class Proposed(Struct, frozen=True):
    """What a pull request says. ``branch`` starts at ``commit``; ``base``: the branch that it goes to."""

    branch: str
    base: str
    commit: str
    title: str
    body: str


class Branches(Struct, frozen=True):
    """``api``: GitHub's address; ``repository``: owner/name. ``token`` may write contents and pull requests."""

    api: str
    repository: str
    token: str

    def __repr__(self) -> str:
        return f"Branches({self.repository!r})"  # never the token

    def propose(self, changes: list[Change], proposed: Proposed) -> str:
        """The address of the pull request, made or kept up to date. RemoteError if GitHub does not let us."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
            "User-Agent": f"publisher/{__version__}",
        }
        try:
            base = f"{self.api.rstrip('/')}/repos/{self.repository}"
            with httpx.Client(headers=headers, timeout=60.0, base_url=base) as client:
                made = self._commit(client, changes, proposed)
                return self._request(client, self._branch(client, proposed.branch, made), proposed)
        except httpx.HTTPError as error:
            raise RemoteError(f"GitHub cannot be reached: {error or type(error).__name__}") from None

    def _commit(self, client: httpx.Client, changes: list[Change], proposed: Proposed) -> str:
        tree = _text(_send(client, "GET", f"/git/commits/{quote(proposed.commit)}"), "tree", "sha")
        rows: list[dict[str, object]] = []
        for change in changes:
            sha = None
            if change.data is not None:
                blob = {"content": b64encode(change.data).decode(), "encoding": "base64"}
                sha = _text(_send(client, "POST", "/git/blobs", blob), "sha")
            mode = "100755" if change.executable else "100644"
            rows.append({"path": change.path, "mode": mode, "type": "blob", "sha": sha})
        new = _text(_send(client, "POST", "/git/trees", {"base_tree": tree, "tree": rows}), "sha")
        data = {"message": f"{proposed.title}\n\n{MARK}\n", "tree": new, "parents": [proposed.commit]}
        return _text(_send(client, "POST", "/git/commits", data), "sha")

    def _branch(self, client: httpx.Client, wanted: str, commit: str) -> str:
        """The name of the branch, which is now at our commit. One that others have committed to is left alone."""
        for number in range(1, _MOST_BRANCHES):
            name = f"{wanted}-{number}" if number > 1 else wanted
            known = client.get(f"/git/ref/heads/{quote(name)}")
            if known.status_code == 404:
                _send(client, "POST", "/git/refs", {"ref": f"refs/heads/{name}", "sha": commit})
                return name
            now = _text(_checked(known), "object", "sha")
            message = _text(_send(client, "GET", f"/git/commits/{quote(now)}"), "message")
            if message.rstrip().endswith(MARK):
                _send(client, "PATCH", f"/git/refs/heads/{quote(name)}", {"sha": commit, "force": True})
                return name
        raise RemoteError(f"GitHub has {_MOST_BRANCHES} branches {wanted}-… with work of others: merge or delete them")

    def _request(self, client: httpx.Client, branch: str, proposed: Proposed) -> str:
        owner = self.repository.partition("/")[0]
        asked = {"head": f"{owner}:{branch}", "base": proposed.base, "state": "open"}
        rows = _json(_checked(client.get("/pulls", params=asked)))
        said = {"title": proposed.title, "body": proposed.body}
        if isinstance(rows, list) and rows and isinstance(rows[0], dict):
            answer = _send(client, "PATCH", f"/pulls/{int(rows[0]['number'])}", said)
        else:
            answer = _send(client, "POST", "/pulls", {**said, "head": branch, "base": proposed.base})
        return _text(answer, "html_url")


def _send(client: httpx.Client, method: str, path: str, data: Mapping[str, object] | None = None) -> httpx.Response:
    return _checked(client.request(method, path, json=dict(data) if data is not None else None))


def _checked(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        hint = "; the job needs `permissions: contents: write, pull-requests: write`"
        hint = hint if answer.status_code in {401, 403, 404} else ""
        what = f"{answer.request.method} {answer.request.url.path}"
        raise RemoteError(f"GitHub does not take the branch ({answer.status_code}, {what}){hint}", answer.status_code)
    return answer


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except (ValueError, RecursionError):
        raise RemoteError("GitHub answers with what is no JSON", answer.status_code) from None


def _text(answer: httpx.Response, *names: str) -> str:
    found = _json(answer)
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, str):
        raise RemoteError(f"GitHub answers without `{'.'.join(names)}`", answer.status_code)
    return found
