"""The one planner: what is wanted and what is there become a plan. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from publisher import __version__
from publisher.errors import PlanRefused
from publisher.model.plan import Existing, PageAction, PageRef, Plan, Planned, Removal, Reorder
from publisher.model.problem import Problem, problem
from publisher.model.rendered import RenderedPage, RenderedTree
from publisher.model.snapshot import RemotePage, Snapshot
from publisher.planning.comments import carry_over
from publisher.planning.compare import (
    CONTENT,
    changed_names,
    changed_properties,
    content_reason,
    holds_body,
    is_new_value,
    kind_of,
    release_of,
)
from publisher.planning.marks import FOREIGN, digest_value, marked_digest, ours_only
from publisher.planning.match import Matches
from publisher.planning.removals import LIVING, plan_removals
from publisher.planning.rules import Rules
from publisher.planning.titles import titles_in_the_way


def make_plan(
    tree: RenderedTree, snapshot: Snapshot, matches: Matches, rules: Rules, bodies: Mapping[str, str]
) -> Plan:
    """The plan; PlanRefused if the rules forbid it.

    ``bodies``: stored bodies by page id. A plan that is made without those that ``doubtful`` names is a draft: it
    takes every newer version for a hand edit and carries nothing over.
    """
    builder = _Builder(tree, snapshot, matches, rules, bodies)
    actions = [action for key in tree.pages if (action := builder.action(key)) is not None]
    builder.check_parents(actions)
    complete = rules.selected is None
    builder.check_versions(actions)
    removals = plan_removals(matches, rules) if complete else ()
    builder.check_losses(removals)
    return Plan(
        snapshot.collection,
        snapshot.space.id,
        tuple(actions),
        tuple(matches.left) if complete else (),
        tuple(builder.reorders(actions)) if complete else (),
        removals,
        (*matches.problems, *builder.problems),
    )


def doubtful(plan: Plan) -> list[str]:
    """Ids of the pages whose stored body the plan depends on: those to be written, and those that look edited."""
    return [
        a.remote.id
        for a in plan.actions
        if a.remote and (a.write or a.edited) and a.remote.status in LIVING and a.remote.kind != "folder"
    ]


def is_tentative(plan: Plan) -> bool:
    """Whether the plan asks for titles or removals that a snapshot of our own pages alone cannot vouch for."""
    return bool(plan.removals) or any(
        action.remote is None or action.remote.status not in LIVING or "title" in action.reasons
        for action in plan.actions
    )


@dataclass(slots=True)
class _Builder:
    tree: RenderedTree
    snapshot: Snapshot
    matches: Matches
    rules: Rules
    bodies: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    in_the_way: set[str] = field(default_factory=set)
    ours: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.in_the_way = titles_in_the_way(self.tree, self.matches.pages)
        self.ours = {page.id for page in [*self.matches.pages.values(), *self.matches.left]}

    def action(self, key: str) -> PageAction | None:
        page, remote = self.tree.pages[key], self.matches.pages.get(key)
        parent = self._parent(page)
        if self.rules.selected is not None and key not in self.rules.selected:
            return PageAction("unchanged", page, remote, parent) if remote else None
        pending = any(target not in self.matches.pages for target in page.anchored)
        if remote is None:
            again = any(stamp.path == key for stamp in self.snapshot.gone.values())
            reasons = ("purged in Confluence",) if again else ("new",)
            files, labels = page.attachments, page.labels
            return PageAction(
                "create",
                page,
                None,
                parent,
                reasons,
                page.body,
                upload=files,
                add_labels=labels,
                stamp=True,
                pending=pending,
                set_properties=tuple(page.properties),
                set_facets=tuple(page.facets.noted()),
            )
        if remote.status == "archived":
            text = f"{remote.url} is archived; unarchive it in Confluence, or give the document another title"
            self.problems.append(problem(page.source or key, None, "archived-page", text))
            return PageAction("withheld", page, remote, parent, ("archived in Confluence",))
        return self._compare(page, remote, parent, pending=pending)

    def _parent(self, page: RenderedPage) -> PageRef:
        """The wanted place; below an archived page nothing can live, so that the nearest living ancestor stands in."""
        key = page.parent
        if page.facets.kind == "blogpost":
            return Existing("")
        if key is None and self.snapshot.fixed_root:
            return Existing(self.snapshot.pages[self.snapshot.root].parent or "")
        while key is not None:
            remote = self.matches.pages.get(key)
            if remote is None:
                return Planned(key)
            if remote.status not in {"archived", "draft"}:  # below neither can anything live
                return Existing(remote.id)
            key = self.tree.pages[key].parent
        return Existing(self.snapshot.parent)

    def _is_outside(self, page: RenderedPage, remote: RemotePage, parent: PageRef) -> bool:
        """Whether somebody moved the page out of our tree: there it stays."""
        if parent == Existing(remote.parent or ""):
            return False
        stamp = remote.stamp
        outside = remote.parent is not None and remote.parent not in self.ours and page.parent is not None
        outside = outside and remote.kind != "folder"
        by_hand = stamp is not None and stamp.parent != remote.parent and self._lives(stamp.parent)
        restored = stamp is not None and stamp.version != remote.version and marked_digest(remote.message) is not None
        if outside and by_hand and not restored and remote.status == "current":
            text = f"{remote.url} was moved out of this tree in Confluence; it is updated where it is"
            self.problems.append(problem(page.source or page.key, None, "moved-page", text))
            return True
        return False

    def _lives(self, page: str) -> bool:
        """A page whose parent is deleted moves up by itself."""
        return page in self.snapshot.pages and self.snapshot.pages[page].status == "current"

    def _compare(self, page: RenderedPage, remote: RemotePage, wanted: PageRef, *, pending: bool) -> PageAction:
        stamp = remote.stamp
        away = self._is_outside(page, remote, wanted)
        parent = Existing(remote.parent or "") if away else wanted
        edited = self._is_edited(remote)
        reasons = ["restored"] * (remote.status == "trashed") + ["title"] * (remote.title != page.title)
        done = stamp is None and marked_digest(remote.message) == page.digests["body"][:8]
        if remote.kind == "folder" or self._is_untouchable(page):
            pass
        elif not done and (stamp is None or stamp.digests.get("body") != page.digests["body"]):
            reasons.append(content_reason(page, stamp))
        elif stamp and stamp.pending and not pending:
            reasons.append("links")
        if stamp and not edited and remote.version != stamp.version:
            if marked_digest(remote.message) == page.digests["body"][:8]:
                reasons = [reason for reason in reasons if reason not in CONTENT]
            reasons.append("interrupted" if marked_digest(remote.message) else "new version")
        elif stamp is None:
            reasons.append("adopted" if page.key in self.matches.adopted else "interrupted")
        reasons += ["moved"] * (parent != Existing(remote.parent or ""))
        facets = self._changed_facets(page, remote)
        reasons += [name for name in ("owner", "status") if name in facets]
        reasons += ["restrictions"] * bool({"view", "edit"} & set(facets))
        reasons += ["published"] * ("draft" in facets and remote.status == "draft")
        reasons += ["renamed collection"] * self.snapshot.renamed
        reasons += ["adopted"] * (stamp is not None and stamp.page != remote.id)  # migrated: its stamp names another id
        write = bool({"restored", "title", "links", "moved", "owner", "published", *CONTENT} & set(reasons))
        known, had = (stamp.attachments, stamp.labels) if stamp else ({}, ())
        upload = tuple(item for item in page.attachments if is_new_value(item.digest, known.get(item.name)))
        drop = tuple(sorted(set(ours_only(known)) - {item.name for item in page.attachments}))
        self._repeat_foreign(page, remote)
        add = tuple(label for label in page.labels if label not in had)
        remove = tuple(label for label in had if label not in page.labels)
        reasons += ["attachments"] * bool(upload or drop) + ["labels"] * bool(add or remove)
        noted = stamp.properties if stamp else {}
        set_, unset = changed_properties(page.properties, noted)
        reasons += ["properties"] * bool(set_ or unset)
        reasons += ["renamed"] * (stamp is not None and stamp.path != page.key)
        if reasons and set(reasons) <= self.rules.skip_reason and not edited:
            return PageAction("unchanged", page, remote, parent)
        action = PageAction(
            kind_of(reasons), page, remote, parent, tuple(reasons), page.body, write, write and page.key in self.in_the_way,
            remote.status == "trashed", upload, drop, add, remove, bool(reasons), edited, pending, away,
            set_properties=set_, drop_properties=unset, set_facets=facets,
        )  # fmt: skip
        return self._people_first(action)

    def _repeat_foreign(self, page: RenderedPage, remote: RemotePage) -> None:
        """What others hold is said on every run, though it is not tried again."""
        stamp = remote.stamp
        if stamp is None:
            return
        for item in page.attachments:
            if stamp.attachments.get(item.name) == FOREIGN + item.digest:
                self.problems.append(foreign_attachment(page, remote.url, item.name))
        for key, value in page.properties.items():
            if stamp.properties.get(key) == FOREIGN + digest_value(value):
                self.problems.append(foreign_property(page, remote.url, key))

    def _is_edited(self, remote: RemotePage) -> bool:
        """A newer version that is not ours, and that says something else than what we wrote."""
        stamp = remote.stamp
        if stamp is not None and remote.status == "draft":  # its version says nothing
            return remote.id in self.bodies and not holds_body(self.bodies[remote.id], stamp)
        if stamp is None or remote.version == stamp.version or marked_digest(remote.message):
            return False
        if remote.id not in self.bodies or remote.title != stamp.title:
            return True
        return not holds_body(self.bodies[remote.id], stamp)

    def _people_first(self, action: PageAction) -> PageAction:
        """What people did on the page decides whether, and with what body, it is written."""
        page, remote = action.page, action.remote
        assert remote is not None
        if action.edited and not self.rules.may_overwrite(page.source):
            who = f"{remote.url} was edited by {remote.editor} at {remote.modified}"
            if not action.write:
                text = f"{who}; the document has not changed, so nothing is done"
                self.problems.append(problem(page.source or page.key, None, "hand-edit", text))
                return action
            if self.rules.on_hand_edit == "fail":
                raise PlanRefused(f"{page.key}: {who}")
            hint = f"publish --overwrite {page.source}, or publisher accept {page.source}"
            self.problems.append(problem(page.source or page.key, None, "hand-edit-kept", f"{who}; it is kept", hint))
            reasons = ("edited in Confluence", *action.reasons)
            return PageAction("withheld", page, remote, action.parent, reasons, action.body, edited=True)
        if not action.write or remote.id not in self.bodies:
            return action
        if remote.stamp and remote.stamp.digests.get("kept") == page.digests["body"]:
            return replace(action, body=self.bodies[remote.id], kept=True)
        carried = carry_over(self.bodies[remote.id], page.body)
        if carried.lost and self.rules.on_lost_comment == "fail":
            raise PlanRefused(f"{page.key}: {len(carried.lost)} comment(s) on {remote.url} would lose their text")
        if carried.lost and self.rules.on_lost_comment == "skip":
            reasons = ("comments would be lost", *action.reasons)
            return PageAction("withheld", page, remote, action.parent, reasons, lost=carried.lost)
        return replace(action, body=carried.body, lost=carried.lost, edited=False)

    def _changed_facets(self, page: RenderedPage, remote: RemotePage) -> tuple[str, ...]:
        """Names of those that are to be set. A page that is published does not become a draft again."""
        found = changed_names(page.facets.noted(), remote.stamp.facets if remote.stamp else {})
        if page.facets.draft and remote.status != "draft":
            text = f"{remote.url} is published: it does not become a draft again"
            self.problems.append(problem(page.source, None, "published-draft", text, "remove `draft`, or the page"))
            return tuple(name for name in found if name != "draft")
        return found

    def _is_untouchable(self, page: RenderedPage) -> bool:
        """A page that was there before keeps its text where there is no document to put there."""
        taken = page.key in self.matches.adopted or (self.snapshot.fixed_root and page.parent is None)
        return taken and not page.source

    def check_versions(self, actions: Iterable[PageAction]) -> None:
        """An older Publisher does not rewrite what a newer one wrote: the two would take turns."""
        if self.rules.allow_downgrade:
            return
        stamps = [a.remote.stamp for a in actions if a.write and a.remote and a.remote.stamp]
        newer = [stamp.tool for stamp in stamps if stamp.tool and release_of(stamp.tool) > release_of(__version__)]
        if newer:
            text = (
                f"{len(newer)} pages that are to change were written by Publisher {max(newer)}; this is {__version__}"
            )
            raise PlanRefused(f"{text}: use that version, or say --allow-downgrade")

    def check_parents(self, actions: Iterable[PageAction]) -> None:
        actions = list(actions)
        planned = {action.page.key for action in actions if action.remote is None}
        for action in actions:
            if isinstance(action.parent, Planned) and action.parent.key not in planned:
                text = f"{action.page.key}: its parent {action.parent.key} is not published yet; publish that as well"
                raise PlanRefused(text)

    def check_losses(self, removals: tuple[Removal, ...]) -> None:
        total = len(self.snapshot.owned()) + len(self.snapshot.gone)
        self.rules.check_loss(len(removals), total, "would be removed")
        trashed = sum(page.status == "trashed" for page in self.matches.pages.values())
        self.rules.check_loss(len(self.snapshot.gone) + trashed, total, "have gone from Confluence")

    def reorders(self, actions: Iterable[PageAction]) -> list[Reorder]:
        """For each parent whose children may stand in another order than wanted."""
        children: dict[str, list[PageAction]] = {}
        for action in actions:
            parent = action.page.parent
            target = self.matches.pages.get(parent) if parent is not None else None
            here = action.parent == (Existing(target.id) if target else Planned(parent or ""))
            here = here and action.page.facets.kind != "blogpost" and not action.page.facets.draft
            if parent is not None and here and not (action.remote and action.remote.status == "archived"):
                children.setdefault(parent, []).append(action)
        found = []
        for parent, below in children.items():
            wanted = tuple(action.page.key for action in below)
            remotes = [action.remote for action in below]
            arriving = any(_takes_a_new_place(action) for action in below)
            ids = [remote.id for remote in remotes if remote]
            if arriving and len(below) > 1:
                found.append(Reorder(parent, wanted, sure=False))
            elif not arriving and [page.id for page in tree_order([r for r in remotes if r])] != ids:
                found.append(Reorder(parent, wanted, sure=True))
        return found


def foreign_attachment(page: RenderedPage, url: str, name: str) -> Problem:
    text = f"{url} has an attachment {name} that is not ours; it stays as it is"
    return problem(page.source or page.key, None, "foreign-attachment", text, "rename the file")


def foreign_property(page: RenderedPage, url: str, key: str) -> Problem:
    text = f"{url} has a property {key} that is not ours; it stays as it is"
    return problem(page.source or page.key, None, "foreign-property", text, "use another key")


def tree_order(pages: Iterable[RemotePage]) -> list[RemotePage]:
    """Siblings as Confluence shows them: by position, and by title while nobody has moved one (reference E.15)."""
    return sorted(pages, key=lambda page: (page.position is None, page.position or 0, page.title.casefold()))


def _takes_a_new_place(action: PageAction) -> bool:
    """Whether the page's place among its siblings is known only after the run."""
    remote = action.remote
    if remote is None or remote.status != "current" or action.parent != Existing(remote.parent or ""):
        return True
    return remote.position is None and remote.title != action.page.title  # sorted by title
