"""What the store's parts and the API share: rows, the account, how Confluence refuses, who is asking."""

from contextvars import ContextVar
from typing import Any

Row = dict[str, Any]
#: The account that every request is made as.
ACCOUNT = "sandbox-account"
#: The account whose view of the content is asked for; empty: somebody who sees everything.
VIEWER: ContextVar[str] = ContextVar("VIEWER", default="")
#: The largest id that Confluence knows.
MAX_ID = 2**63 - 1


class Refused(Exception):
    """Confluence's answer to a request that it does not carry out: status, code of v2, text."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text
