"""The rows of the table of operations."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from publisher.confluence.endpoints import Endpoint

ArgumentKind = Literal["text", "page", "space", "file", "json", "flag", "count"]


class Argument(Struct, frozen=True):
    """``kind``: text; page (id, URL or title), space (key or id), file, json, flag, count. ``several``: takes more than one."""

    name: str
    help: str
    kind: ArgumentKind = "text"
    several: bool = False
    required: bool = False

    @property
    def key(self) -> str:
        """Its name in Python."""
        return self.name.replace("-", "_")


class V1Request(Struct, frozen=True):
    """The request of v1 on Data Center. ``names`` maps our filters to its query; ``cql`` makes it a search."""

    endpoint: Endpoint
    query: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    cql: str = ""


class Operation(Struct, frozen=True, kw_only=True):
    """One thing that can be done. Commands, client methods, scopes and the guide are made from it."""

    name: str
    """``RESOURCE VERB``, or one word."""
    help: str
    """Begins with a verb, as a command's help does."""
    result: str = ""
    """The kind of what comes back; empty for nothing."""
    paged: bool = False
    """Whether the result is a list that comes request by request."""
    endpoint: Endpoint | None = None
    """The one request that carries it out on Cloud, if there is no more to it."""
    calls: tuple[Endpoint, ...] = ()
    """What a function of this package asks on Cloud, where there is more to it."""
    v1: V1Request | None = None
    """The request of Data Center, if there is no more to it."""
    arguments: tuple[Argument, ...] = ()
    """What is given by place."""
    options: tuple[Argument, ...] = ()
    """What is given by name."""
    filters: tuple[str, ...] = ()
    """Names of v2's query that are passed on."""
    confirm: bool = False
    """Whether it destroys something, so that the command line asks."""
    on_data_center: bool = True
    """Whether Data Center has it at all."""

    @property
    def resource(self) -> str:
        return self.name.partition(" ")[0]

    @property
    def verb(self) -> str:
        return self.name.partition(" ")[2]

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Everything that may be asked on Cloud."""
        return (self.endpoint,) if self.endpoint else self.calls

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return all(endpoint.method == "GET" for endpoint in self.endpoints)


def page_argument(text: str = "id, URL or title of the page") -> tuple[Argument, ...]:
    return (Argument("page", text, "page", required=True),)


def one(name: str, text: str = "its id") -> tuple[Argument, ...]:
    return (Argument(name, text, required=True),)


SPACE = Argument("space", "key (or id) of the space", "space")
REQUIRED_SPACE = Argument("space", "key (or id) of the space", "space", required=True)
BODY = (
    Argument("body", "the body, in storage format"),
    Argument("body-file", "a file with the body; .md is converted, - is standard input", "file"),
    Argument("markdown", "a Markdown file that becomes the body, with its images; - is standard input", "file"),
    Argument("representation", "format of the body: storage, atlas_doc_format or wiki"),
)
MESSAGE = Argument("message", "message of the version")
VERSION = Argument("version", "number of the new version (default: the next one)", "count")
FORM = Argument("body-format", "storage, atlas_doc_format, view, export_view, styled_view, editor")
TEXT_FORM = Argument("body-format", "storage, markdown, atlas_doc_format, view, export_view, styled_view, editor")
KIND = Argument("kind", "footer or inline (default: both)")
PURGE = Argument("purge", "delete it from the trash, for good", "flag")
LIST = ("sort", "cursor")
OPTIONAL_PAGE = (Argument("page", "id, URL or title of the page", "page"),)
INCLUDE = ("include-labels", "include-properties", "include-operations", "include-likes", "include-versions",
           "include-version", "include-collaborators", "include-direct-children", "include-webresources",
           "include-favorited-by-current-user-status")  # fmt: skip
#: What a list of content asks for on Data Center.
CONTENT = {"expand": "version,space,ancestors,history"}
