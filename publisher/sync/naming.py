"""The name of a collection, and where it comes from."""

from contextlib import suppress
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import asdict

from publisher.errors import UsageError
from publisher.model.repository import Repository
from publisher.model.settings import Settings
from publisher.source.git.remotes import parse_remote


class NameOrigin(StrEnum):
    """Where a collection's name comes from, in words for people."""

    SETTING = "set by `collection`"
    REPOSITORY = "from the address of the repository"
    FOLDER = "from the name of the folder"
    ROOT_PAGE = "from its root page in Confluence"


class CollectionName(Struct, frozen=True):
    """A name with its origin."""

    name: str
    origin: NameOrigin


def name_collection(settings: Settings, repository: Repository) -> CollectionName:
    """The setting, else a name derived from the repository (``owner/name/folder``) or, without one, from the folder.

    A profile's pages, and those of a part that goes to a place of its own, are a collection of their own.
    """
    edition = settings.sync.edition
    if settings.sync.collection:
        return CollectionName(_with_branch(settings.sync.collection, repository) + edition, NameOrigin.SETTING)
    remote = parse_remote(repository.remote)
    if remote and repository.root:
        parts = [part.lower() for part in remote.names[-2:]]  # hosts do not tell upper case from lower case
        below = settings.docs.relative_to(repository.root).as_posix()
        return CollectionName("/".join(parts) + ("" if below == "." else "/" + below) + edition, NameOrigin.REPOSITORY)
    return CollectionName((settings.sync.folder_path or settings.docs.name) + edition, NameOrigin.FOLDER)


def sibling_names(settings: Settings, repository: Repository) -> frozenset[str]:
    """Those of the other collections of publisher.yml, as far as they can be told here."""
    found: set[str] = set()
    for other in settings.sync.siblings:
        if repository.root is None or other.docs.is_relative_to(repository.root):  # another repository names its own
            with suppress(UsageError):
                found.add(name_collection(settings.replace(**asdict(other)), repository).name)
    return frozenset(found)


def _with_branch(name: str, repository: Repository) -> str:
    """The setting, with the branch in place of ``{branch}``. UsageError where no branch is known."""
    if "{branch}" not in name:
        return name
    if not repository.branch:
        raise UsageError(f"collection: `{name}` needs a branch, and none is known; set PUBLISHER_BRANCH")
    return name.replace("{branch}", repository.branch)
