"""What holds for all trees, orders and comments."""

import random
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from world import World, world

from publisher.errors import PlanRefused
from publisher.planning.comments import carry_over
from publisher.planning.order import longest_run, plan_moves
from publisher.sandbox.store import mark_text
from publisher.storage import canonical, parse_body

# Order


@given(st.permutations(range(12)), st.permutations(range(12)), st.sets(st.integers(0, 11)))
def test_moves_are_few_and_bring_the_wanted_order(present: list[int], wanted: list[int], foreign: set[int]) -> None:
    order = [str(n) for n in present]
    target = [str(n) for n in wanted if n not in foreign]
    guests = [name for name in order if int(name) in foreign]
    place = {page: index for index, page in enumerate(order)}
    fewest = len(target) - len(longest_run([place[page] for page in target]))
    moves = plan_moves(order, target)
    assert len(moves) == fewest
    for page, where, sibling in moves:
        order.remove(page)
        order.insert(order.index(sibling) + (where == "after"), page)
    assert [page for page in order if int(page) not in foreign] == target
    assert [page for page in order if int(page) in foreign] == guests


# Comments

WORDS = ["alpha", "beta", "gamma", "delta", "the", "of", "a", "ü&<", "zeta"]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)


def body_of(paragraphs: list[str], style: int) -> str:
    """Paragraphs with some markup around words of them."""
    parts = []
    for number, text in enumerate(paragraphs):
        words = [word.replace("&", "&amp;").replace("<", "&lt;") for word in text.split()]
        at = (number + style) % len(words)
        words[at] = (f"<strong>{words[at]}</strong>", f"<em><u>{words[at]}</u></em>", words[at])[(style + number) % 3]
        inner = " ".join(words)
        parts.append(
            (f"<p>{inner}</p>", f"<ul><li><p>{inner}</p></li></ul>", f"<h2>{inner}</h2>")[(style // 3 + number) % 3]
        )
    return "".join(parts)


@given(st.lists(SENTENCES, min_size=1, max_size=5), st.lists(SENTENCES, max_size=5), st.data())
def test_comments_never_corrupt_a_page(old: list[str], new: list[str], data: st.DataObject) -> None:
    stored, target = body_of(old, data.draw(st.integers(0, 8))), body_of(new or ["x"], data.draw(st.integers(0, 8)))
    count = data.draw(st.integers(1, 4))
    for number in range(count):
        words = data.draw(st.sampled_from(old)).split()
        start = data.draw(st.integers(0, len(words) - 1))
        text = " ".join(words[start : start + data.draw(st.integers(1, 4))])
        stored = mark_text(stored, text, 0, f"ref-{number}") or stored
    refs = {f"ref-{n}" for n in range(count) if f"ref-{n}" in stored}
    carried = carry_over(stored, target)
    parse_body(carried.body)
    assert canonical(carried.body) == canonical(target)  # nothing but markers was added
    lost = {item.ref for item in carried.lost}
    assert all((ref in carried.body) != (ref in lost) for ref in refs)


@given(st.lists(SENTENCES, min_size=1, max_size=5), st.data())
def test_comments_on_unchanged_text_keep_their_exact_place(old: list[str], data: st.DataObject) -> None:
    plain = body_of(old, data.draw(st.integers(0, 8)))
    words = data.draw(st.sampled_from(old)).split()
    text = data.draw(st.sampled_from(words))
    marked = mark_text(plain, text, data.draw(st.integers(0, 1)), "r")
    if marked is not None:
        carried = carry_over(marked, plain)
        assert carried.lost == () and carried.body == marked


# After apply, the plan is empty


def change(w: World, dice: random.Random, *, everything: bool) -> None:
    """Random files come, go, change their names and texts."""
    folders = ["", "f/", "g/", "f/h/"]
    files = sorted(path.relative_to(w.docs).as_posix() for path in w.docs.rglob("*.md"))
    for _ in range(dice.randint(3, 8) if everything else dice.randint(1, 4)):
        name = dice.choice(folders) + dice.choice(["index", "a", "b", "c", "d"]) + ".md"
        title = dice.choice(["One", "Two", "Three", "Four", "one"])
        what = dice.choice(["write", "write", "remove", "rename", "label", "order"])
        if what in {"remove", "rename"} and len(files) > 1:
            old = dice.choice(files)
            files.remove(old)
            text = (w.docs / old).read_text()
            w.write({old: None, **({name: text} if what == "rename" else {})})
        else:
            front = {"label": f"---\nlabels: [{title}]\n---\n", "order": f"---\norder: {dice.randint(0, 9)}\n---\n"}
            w.write({name: f"{front.get(what, '')}# {title}\n\n{' '.join(dice.choices(WORDS[:6], k=12))}\n"})
        files = sorted(path.relative_to(w.docs).as_posix() for path in w.docs.rglob("*.md"))


def interfere(w: World, dice: random.Random) -> None:
    """What other people do: edit, move, trash, comment, add pages."""
    root = w.home
    pages = [row for row in w.store.pages(["current"], w.space) if row["id"] != root]
    for _ in range(dice.randint(0, 3)):
        page = dice.choice(pages)
        top = page["parent"] == root
        what = dice.choice(["guest", "order", "trash", "label", "comment"])
        if what == "guest":
            w.store.create_page(
                w.space, {"title": f"G{dice.random()}", "body": "", "parent": page["id"], "author": "bob"}
            )
        elif what == "order" and not top:
            sibling = dice.choice(w.store.children(page["parent"]))["id"]
            if sibling != page["id"]:
                w.store.move_page(page["id"], dice.choice(["before", "after"]), sibling)
        elif what == "trash" and not top and page["status"] == "current":
            w.store.delete_page(page["id"], purge=False)
            if dice.random() < 0.3:
                w.store.delete_page(page["id"], purge=True)
            pages = [row for row in w.store.pages(["current"], w.space) if row["id"] != root]
        elif what == "label":
            w.store.add_labels(page["id"], ["theirs"])


@given(st.integers(0, 10**6))
@settings(max_examples=settings().max_examples // 12, suppress_health_check=list(HealthCheck))
def test_after_apply_the_plan_is_empty(seed: int) -> None:
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, world(Path(folder)) as w:
        change(w, dice, everything=True)
        for turn in range(3):
            prune = dice.choice(["off", "trash"])
            try:
                report = w.publish(prune=prune, prune_limit="100%")
            except PlanRefused as refused:
                assert "duplicate" in str(refused), refused
                return
            assert [result.error for result in report.results if result.error] == []
            plan = w.plan(prune=prune, prune_limit="100%")
            left = [(a.page.key, a.reasons) for a in plan.actions if a.reasons] + list(plan.reorders)
            # An orphan with a guest below it stays, and is tried again each time.
            assert left == [] and (plan.changes == 0 or prune == "trash"), (seed, turn)
            assert len({row["title"].casefold() for row in w.store.pages(["current"], w.space)}) == len(w.ids())
            change(w, dice, everything=False)
            interfere(w, dice)
