"""Comments as reviews of documents: each with the line that it is on, its replies, and what became of its text."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from publisher.apply.schedule import run_all
from publisher.convert.compose import Conversion
from publisher.errors import UsageError
from publisher.model.plan import PageAction
from publisher.model.settings import Settings
from publisher.model.snapshot import Comment, ContentRef, RemotePage
from publisher.planning.removals import LIVING
from publisher.planning.rules import Rules
from publisher.remote.port import Remote
from publisher.storage import escape
from publisher.sync.passages import place_comments, plain
from publisher.sync.propose import plan_publish


class Reply(Struct, frozen=True):
    """``text``: its words."""

    id: str
    author: str
    created: str
    text: str


class Review(Struct, frozen=True):
    """An open comment. ``path``: of the document; ``line``: None for one at the foot of the page, or whose text is gone.

    ``now``: what the document says in place of ``selection``, where that is something else.
    """

    path: str
    line: int | None
    page: RemotePage
    comment: Comment
    selection: str = ""
    now: str = ""

    @property
    def kind(self) -> str:
        return "inline" if self.comment.ref else "footer"

    @property
    def text(self) -> str:
        return plain(self.comment.text)

    @property
    def url(self) -> str:
        """The address that shows the comment."""
        sign = "&" if "?" in self.page.url else "?"
        return f"{self.page.url}{sign}focusedCommentId={self.comment.id}"

    @property
    def replies(self) -> list[Reply]:
        return [Reply(r.id, r.author, r.created, plain(r.text)) for r in self.comment.replies]


def read_reviews(conversion: Conversion, remote: Remote, settings: Settings, rules: Rules) -> list[Review]:
    """The open comments on the pages of the chosen documents, in the order of these and of their lines."""
    proposal = plan_publish(conversion, remote, settings, replace(rules, on_hand_edit="skip"))
    chosen = [action for action in proposal.plan.actions if _is_chosen(action, rules)]
    pages = [action.remote for action in chosen if action.remote is not None]

    def threads_of(ref: ContentRef) -> tuple[Comment, ...]:
        return remote.details.read_threads(ref)

    threads = run_all([page.ref for page in pages], remote.jobs, threads_of)
    found: list[Review] = []
    for action, page, comments in zip(chosen, pages, threads, strict=True):
        found += _of_page(conversion, remote, action, page, comments)
    return found


def _is_chosen(action: PageAction, rules: Rules) -> bool:
    page = action.remote
    named = rules.selected is None or action.page.key in rules.selected
    return named and page is not None and page.stamp is not None and page.status in LIVING and bool(action.page.source)


def _of_page(
    conversion: Conversion, remote: Remote, action: PageAction, page: RemotePage, comments: Sequence[Comment]
) -> list[Review]:
    marked = any(comment.ref for comment in comments)
    stored = remote.read_body(page.ref).body if marked else ""
    places = place_comments(conversion, action.page.key, stored) if marked else {}
    found: list[Review] = []
    for comment in comments:
        place = places.get(comment.ref) if comment.ref else None
        said = (place.before if place else "") or comment.selection
        now = place.now if place and place.now != place.before else ""
        found.append(Review(action.page.source, place.line if place else None, page, comment, said, now))
    return sorted(found, key=lambda review: (review.line is None, review.line or 0, review.comment.created))


def find_review(reviews: Sequence[Review], number: str) -> Review:
    """UsageError if the pages of the documents have no such open comment: nothing else is answered or resolved."""
    found = next((review for review in reviews if review.comment.id == number), None)
    if found is None:
        raise UsageError(f"there is no open comment {number} on the pages of these documents; see `publisher comments`")
    return found


def reply_to(remote: Remote, review: Review, text: str) -> None:
    """Answers a comment; ``text`` is plain, with empty lines between paragraphs."""
    parts = [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
    if not parts:
        raise UsageError("--reply: the text is empty")
    body = "".join(f"<p>{escape(part)}</p>" for part in parts)
    remote.details.reply(review.page.ref, review.comment, body)
