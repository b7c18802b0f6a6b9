"""A page as we wrote it last: from Confluence's history, or from the commit whose document its stamp names."""

from itertools import islice

from msgspec.structs import replace

from publisher.convert.compose import Conversion, convert
from publisher.errors import PublisherError
from publisher.model.settings import Settings
from publisher.model.snapshot import RemotePage
from publisher.planning.compare import holds_body
from publisher.remote.port import Remote
from publisher.source.git.history import list_commits
from publisher.source.git.revisions import read_base
from publisher.storage import digest

_MOST_COMMITS = 200  # of one document; of so many the text is looked at
_MOST_CONVERTED = 5  # with what they include


def read_published(
    conversion: Conversion, remote: Remote, page: RemotePage, key: str, settings: Settings | None = None
) -> str | None:
    """What the document says now, if that was published; else from Confluence's history; else, with ``settings``, from Git's."""
    assert page.stamp is not None
    now = conversion.rendered.pages[key].body
    if holds_body(now, page.stamp):
        return now
    found = remote.read_version(page.ref, page.stamp.version)
    return found if found is not None or settings is None else _from_git(settings, page, key)


def _from_git(settings: Settings, page: RemotePage, key: str) -> str | None:
    """The page as the commit makes it whose document the stamp names by its digest."""
    stamp = page.stamp
    if stamp is None or not stamp.origin:
        return None
    texts = list_commits(settings.docs, key, _MOST_COMMITS)
    alone = next((commit for commit, text in texts if digest(text)[:12] == stamp.origin), None)
    commits = [alone] if alone else [commit for commit, _ in islice(texts, _MOST_CONVERTED)]
    for commit in commits:
        try:
            with read_base(settings.source, commit) as source:
                if source is None:
                    continue
                title = settings.tree.folder_title or settings.docs.name
                old = convert(replace(settings, source=source).replace(folder_title=title))
        except PublisherError:
            continue
        made = old.rendered.pages.get(key)
        if made is not None and made.origin == stamp.origin:
            return made.body
    return None
