"""The problems that a plan, or its applying, finds in Confluence. Pure."""

from publisher.model.problem import Problem, problem
from publisher.model.rendered import RenderedPage
from publisher.model.snapshot import RemotePage


def foreign_attachment(page: RenderedPage, url: str, name: str) -> Problem:
    text = f"{url} has an attachment {name} that is not ours; it stays as it is"
    return problem(page.source or page.key, None, "foreign-attachment", text, "rename the file")


def foreign_property(page: RenderedPage, url: str, key: str) -> Problem:
    text = f"{url} has a property {key} that is not ours; it stays as it is"
    return problem(page.source or page.key, None, "foreign-property", text, "use another key")


def hidden_page(path: str, title: str, page_id: str) -> Problem:
    text = f"the page “{title}” ({page_id}) is hidden from this account; it is not written, and no copy is made"
    hint = "ask who may see it to let this account in, or run publish --repair if it was purged"
    return problem(path, None, "hidden-page", text, hint)


def replaced_text(page: RenderedPage, remote: RemotePage) -> Problem:
    text = (
        f"{remote.url} holds text that {remote.editor or remote.author or 'somebody'} wrote; the document replaces it"
    )
    return problem(page.source or page.key, None, "replaces-text", text, "publish --yes, or adopt, does it")


def live_doc(page: RenderedPage, remote: RemotePage) -> Problem:
    text = f"{remote.url} is a live doc: its readers may be writing in it"
    return problem(page.source or page.key, None, "live-doc", text, "turn it into a page in Confluence")


def moved_page(page: RenderedPage, remote: RemotePage) -> Problem:
    text = f"{remote.url} was moved out of this tree in Confluence; it is updated where it is"
    return problem(page.source or page.key, None, "moved-page", text)


def archived_page(page: RenderedPage, remote: RemotePage) -> Problem:
    text = f"{remote.url} is archived; unarchive it in Confluence, or give the document another title"
    return problem(page.source or page.key, None, "archived-page", text)
