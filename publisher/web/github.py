"""One comment on a pull request, kept up to date: found again by a mark that readers do not see."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from publisher._version import __version__
from publisher.errors import RemoteError

_MARK = "<!-- publisher:{name} -->"


@dataclass(frozen=True, slots=True)
class PullRequest:
    """``api``: GitHub's address; ``repository``: owner/name. ``token`` may write to pull requests."""

    api: str
    repository: str
    number: str
    token: str = field(repr=False)

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
        return str(answer.json().get("html_url", ""))

    def _find(self, client: httpx.Client, url: str, mark: str) -> int | None:
        page = 1
        while True:
            answer = client.get(url, params={"per_page": 100, "page": page})
            _check(answer, "does not show the comments")  # without them, each run would add one
            rows: list[dict[str, Any]] = answer.json()
            for row in rows:
                if str(row.get("body", "")).startswith(mark):
                    return int(row["id"])
            if len(rows) < 100:
                return None
            page += 1


def _check(answer: httpx.Response, what: str) -> None:
    if not answer.is_success:
        hint = "; the job needs `permissions: pull-requests: write`" if answer.status_code in {401, 403, 404} else ""
        raise RemoteError(f"GitHub {what} ({answer.status_code}){hint}", answer.status_code)
