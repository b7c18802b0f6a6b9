"""One comment on a pull request, kept up to date: found again by a mark that readers do not see."""

from typing import Any

import httpx
from msgspec import Struct

from publisher._version import __version__
from publisher.errors import RemoteError

_MOST_PAGES = 50
_MARK = "<!-- publisher:{name} -->"


class PullRequest(Struct, frozen=True):
    """``api``: GitHub's address; ``repository``: owner/name. ``token`` may write to pull requests."""

    api: str
    repository: str
    number: str
    token: str

    def __repr__(self) -> str:
        return f"PullRequest({self.repository!r}, {self.number!r})"  # never the token

    def put_comment(self, text: str, name: str) -> str:
        """Updates our comment of that name, or makes it. The comment's address. RemoteError if GitHub does not let us."""
        mark = _MARK.format(name=name)
        body = {"body": f"{mark}\n{text}"}
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
            "User-Agent": f"publisher/{__version__}",
        }
        issues = f"{self.api.rstrip('/')}/repos/{self.repository}/issues"
        try:
            with httpx.Client(headers=headers, timeout=30.0) as client:
                known = self._find(client, f"{issues}/{self.number}/comments", mark)
                if known is None:
                    answer = client.post(f"{issues}/{self.number}/comments", json=body)
                else:
                    answer = client.patch(f"{issues}/comments/{known}", json=body)
            _check(answer, "does not take the comment")
        except httpx.HTTPError as error:
            raise RemoteError(f"GitHub cannot be reached: {error or type(error).__name__}") from None
        made = _json(answer)
        return str(made.get("html_url", "")) if isinstance(made, dict) else ""

    def _find(self, client: httpx.Client, url: str, mark: str) -> int | None:
        own = self._own_name(client)
        for page in range(1, _MOST_PAGES):
            answer = client.get(url, params={"per_page": 100, "page": page})
            _check(answer, "does not show the comments")  # without them, each run would add one
            rows = _json(answer)
            if not isinstance(rows, list):
                raise RemoteError("GitHub does not answer with a list of comments")
            for row in rows:
                if isinstance(row, dict) and str(row.get("body", "")).startswith(mark) and _is_by(row, own):
                    return int(row["id"])
            if len(rows) < 100:
                return None
        return None

    def _own_name(self, client: httpx.Client) -> str:
        """Whom the token belongs to; empty for one of a job, which may not ask."""
        answer = client.get(f"{self.api.rstrip('/')}/user")
        found = _json(answer) if answer.is_success else None
        return str(found.get("login") or "") if isinstance(found, dict) else ""


def _is_by(row: dict[str, Any], own: str) -> bool:
    """Whether we wrote a comment: anybody can write our mark. A job's token writes as a bot, which no person can be."""
    user = row.get("user")
    if not isinstance(user, dict):
        return False
    return str(user.get("login")).lower() == own.lower() if own else user.get("type") == "Bot"


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except (ValueError, RecursionError):
        raise RemoteError("GitHub answers with what is no JSON", answer.status_code) from None


def _check(answer: httpx.Response, what: str) -> None:
    if not answer.is_success:
        hint = "; the job needs `permissions: pull-requests: write`" if answer.status_code in {401, 403, 404} else ""
        raise RemoteError(f"GitHub {what} ({answer.status_code}){hint}", answer.status_code)
