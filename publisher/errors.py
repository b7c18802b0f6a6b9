"""Every exception that Publisher raises, and the exit code that each ends a command with.

    PublisherError
    ├── UsageError          2  the command line, settings, a folder that is not there
    ├── DocumentsError      3  problems in the documents
    ├── PlanRefused         4  the plan must not be applied
    └── RemoteError         5  Confluence refused, or could not be reached
        ├── Unreachable        no answer
        │   └── BadAnswer         an answer that is not Confluence's, or is broken
        ├── Uncertain          no answer to a request that may have taken effect and cannot be sent again blindly
        ├── LoginRefused       the login is wrong: 401, and 403 where nothing has been allowed yet
        │   └── ScopeMissing      401 because the token lacks a scope
        ├── Forbidden          403: this account may not do this one thing
        ├── NotFound           404
        ├── VersionConflict    409
        ├── RateLimited        429 after all retries, or a wait that is too long
        └── Rejected           400, 413, 415: Confluence did not like what was sent
            └── TitleTaken     400, 409: a page of that title is in the space already

Bad documents are not exceptions but ``model.Problem`` values; see the package ``model``.
"""


class PublisherError(Exception):
    """Something that ends a command. The text says what happened, to what, and what to do next."""

    exit_code = 1


class UsageError(PublisherError):
    """The command cannot be carried out as given."""

    exit_code = 2


class DocumentsError(PublisherError):
    """Problems in the documents stop the command before anything is written. ``problems``: ``model.Problem`` values."""

    exit_code = 3

    def __init__(self, message: str, problems: tuple[object, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class PlanRefused(PublisherError):
    """The plan must not be applied as it stands."""

    exit_code = 4


class RemoteError(PublisherError):
    """Confluence refused, or could not be reached. ``status`` is the HTTP status, None without an answer."""

    exit_code = 5

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Unreachable(RemoteError):
    """No answer, or none that helps."""


class BadAnswer(Unreachable):
    """The answer is not Confluence's (a proxy's HTML page, say), or is broken. The text says what is wrong with it."""


class Uncertain(RemoteError):
    """No answer, and the request may have taken effect: read what is there before sending it again."""


class LoginRefused(RemoteError):
    """The login is wrong."""


class ScopeMissing(LoginRefused):
    """The login is good, but its token was made without a scope that this request needs."""


class Forbidden(RemoteError):
    """The account may not do this (403). Other requests may go well."""


class NotFound(RemoteError):
    """What was asked for is not there, or not visible to this login: Confluence does not tell these apart."""


class VersionConflict(RemoteError):
    """Somebody else wrote in between (409)."""


class RateLimited(RemoteError):
    """429, and still 429 after all retries."""


class Rejected(RemoteError):
    """Confluence did not accept what was sent (400, 413, 415)."""


class TitleTaken(Rejected):
    """A current, archived or invisible page of the space holds the title."""
