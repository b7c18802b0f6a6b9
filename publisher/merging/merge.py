"""Three versions of a document's blocks become edits of its lines: only what was changed is changed.

``published``: what was written last; ``theirs``: what Confluence holds; ``ours``: what the source says now. The smallest unit
is a paragraph, a list item, a cell or a line of code: an edit is a conflict only where both sides touched the same one.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import Enum, auto

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.merging.align import align_blocks
from publisher.merging.places import LineEdit
from publisher.merging.rows import carry_rows
from publisher.merging.tokens import NotFound, apply_edits, carry_over, hides, touched_units, without_shared
from publisher.model.document import Block, CodeBlock, Footnotes, ListBlock, Paragraph
from publisher.model.inlines import Mark, Text
from publisher.model.normal import normal_blocks

#: What a writer makes of blocks, without a line end; None if it cannot write them.
Write = Callable[[tuple[Block, ...]], str | None]
#: Whether an edit has a place: its lines may come from several files.
Fits = Callable[[LineEdit], bool]
#: Text of a source that is no text of the page: variables, shortcodes, comments, includes, references.
_PROTECTED = re.compile(r"\{\{|\{%|<!--|--8<--|\{[!*#]|::include|<<<|%%|\{/\*")
#: Where a link by name leads, or what a footnote says: it may be used by other blocks.
_DEFINITION = re.compile(r"[ \t>]*\[[^\]\n]+\]:")
_NOTE = re.compile(r" {0,3}\[\^[^\]\n]+\]:")


class Way(Enum):
    """How a changed block gets into the source: word by word, written anew, or not at all."""

    CARRY = auto()
    REWRITE = auto()
    KEEP = auto()


class Resolution(Enum):
    """What happens where both sides changed the same unit."""

    MARKERS = auto()
    THEIRS = auto()
    OURS = auto()


class SourceBlock(Struct, frozen=True):
    """A block of the source: its first and last line, and how its part of the page is read (one block, several or none).

    ``closed``: why nothing in it is edited, if so: its text comes from elsewhere.
    """

    start: int
    end: int
    blocks: tuple[Block, ...]
    closed: str = ""


class Merge(Struct, frozen=True):
    """``edits``: in order. ``expected``: how each block of the source is to be read when they are done.

    ``conflicts``: lines where both sides changed a unit. ``refused``: (line, why) of edits that were left out; ``why`` is
    empty where the place in the source is not clear.
    ``expected`` goes with the number of the source block, -1 for a new one; None for one that both sides changed.
    ``changed``: numbers of the source blocks that the edits touch.
    """

    edits: tuple[LineEdit, ...]
    expected: tuple[tuple[int, Block | None], ...]
    conflicts: tuple[int, ...] = ()
    refused: tuple[tuple[int, str], ...] = ()
    changed: tuple[int, ...] = ()


class _Group(Struct):
    """A source block with what the other versions hold in its place. ``behind``: new blocks of theirs after it."""

    source: SourceBlock
    published: list[Block] = field(default_factory=list)
    theirs: list[Block] = field(default_factory=list)
    behind: list[Block] = field(default_factory=list)
    revived: list[tuple[Block, Block]] = field(default_factory=list)  # (published, theirs) of what the source deleted


class _Merger(Struct):
    lines: list[str]
    write: Write
    ways: Mapping[int, Way]
    resolution: Resolution
    fits: Fits
    sources: tuple[SourceBlock, ...]
    edits: list[LineEdit] = field(default_factory=list)
    expected: list[tuple[int, Block | None]] = field(default_factory=list)
    conflicts: list[int] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)

    def group(self, number: int, group: _Group) -> None:
        """Edits for one source block, and for what follows it."""
        source = group.source
        ours, published, theirs = map(normal_blocks, (source.blocks, tuple(group.published), tuple(group.theirs)))
        if theirs in (published, ours):
            self.expected += [(number, block) for block in source.blocks]
        else:
            self.changed.append(number)
            if not self._change(number, group, both=ours != published):
                self.expected += [(number, block) for block in source.blocks]
        for published_block, block in group.revived:
            self._revive(source.end, published_block, block)
        following = self.sources[number + 1].blocks if number + 1 < len(self.sources) else ()
        around = (group.theirs or list(source.blocks))[-1:], list(following[:1])
        self._insert(source.end, group.behind, around)

    def _revive(self, behind: int, published: Block, theirs: Block) -> None:
        """They changed what the source deleted: a conflict."""
        if self.resolution is Resolution.OURS:
            return
        if self.resolution is Resolution.THEIRS:
            self._insert(behind, [theirs])
            return
        old, new = ((self.write((block,)) or "").split("\n") for block in (published, theirs))
        self.conflicts.append(max(behind, 1))
        marked = ("", "<<<<<<< document", "||||||| published", *old, "=======", *new, ">>>>>>> Confluence")
        self.edits.append(LineEdit(behind + 1, behind, marked, marked=True))

    def _change(self, number: int, group: _Group, *, both: bool) -> bool:
        """Whether the source block is edited so that it reads as theirs."""
        source = group.source
        way = self.ways.get(number, Way.CARRY)
        written = [self._said(blocks, source) for blocks in (group.published, list(source.blocks), group.theirs)]
        if both and all(written):
            old, mine, other = (text or "" for text in written)
            written[2] = without_shared(old, mine, other)
            if written[2] == old:  # all of it is in the source already
                return False
        if source.closed or way is Way.KEEP:
            self.refused.append((source.start, source.closed))
            return False
        if both and _collide(written):
            return self._conflict(number, group)
        if not group.theirs:
            return self._delete(number)
        text = "\n".join(self.lines[source.start - 1 : source.end])
        new = self._new_text(text, written, way, both=both)
        edit = LineEdit(source.start, source.end, tuple(new.split("\n"))) if new is not None else None
        if edit is None or not self.fits(edit):
            self.refused.append((source.start, ""))
            return False
        self.edits.append(edit)
        self.expected += [(number, None)] if both else [(number, block) for block in group.theirs]
        return True

    def _new_text(self, text: str, written: list[str | None], way: Way, *, both: bool) -> str | None:
        old, _, new = written
        if old is None or new is None:
            return None
        if way is Way.CARRY:
            with suppress(NotFound):
                return carry_rows(text, old, new, _PROTECTED)
            with suppress(NotFound):
                return apply_edits(text, carry_over(text, old, new, _PROTECTED))
        if hides(text, old, _PROTECTED) or both:
            return None
        kept = [line for line in text.split("\n") if _DEFINITION.match(line) and not _NOTE.match(line)]
        return "\n".join([new, *(["", *kept] if kept else [])])

    def _said(self, blocks: list[Block], source: SourceBlock) -> str | None:
        """What the blocks are in the place of a source block: a footnote keeps its name, code has its title."""
        text = self.write(_titled(blocks) if len(source.blocks) > 1 else tuple(blocks))
        named = _NOTE.match(self.lines[source.start - 1]) if blocks and isinstance(blocks[0], Footnotes) else None
        return named[0] + text.removeprefix("[^1]:") if named and text is not None else text

    def _conflict(self, number: int, group: _Group) -> bool:
        """Standard markers around both versions, or one of them."""
        source = group.source
        if self.resolution is Resolution.OURS:
            return False
        theirs = (self._said(group.theirs, source) or "").split("\n") if group.theirs else []
        if self.resolution is Resolution.THEIRS:
            self.edits.append(LineEdit(source.start, source.end, tuple(theirs)))
            self.expected += [(number, block) for block in group.theirs]
            return True
        old = (self._said(group.published, source) or "").split("\n") if group.published else []
        mine = self.lines[source.start - 1 : source.end]
        marked = ("<<<<<<< document", *mine, "||||||| published", *old, "=======", *theirs, ">>>>>>> Confluence")
        edit = LineEdit(source.start, source.end, marked, marked=True)
        if not self.fits(edit):
            self.refused.append((source.start, ""))
            return False
        self.conflicts.append(source.start)
        self.edits.append(edit)
        return True

    def _delete(self, number: int) -> bool:
        """The lines of a block, with the empty ones behind it. Lists before and behind it stay two."""
        source = self.sources[number]
        around = [list(each.blocks) for each in (*self.sources[number - 1 : number], *self.sources[number + 1 :][:1])]
        between = len(around) == 2 and _join([*around[0][-1:], *around[1][:1]])
        start, end = source.start, source.end
        if not self.fits(LineEdit(start, end, ())):
            self.refused.append((start, ""))
            return False

        def empty(line: int) -> bool:
            inside = 0 < line <= len(self.lines) and not self.lines[line - 1].strip()
            return inside and self.fits(LineEdit(min(start, line), max(end, line), ()))

        while empty(end + 1):
            end += 1
        if end >= len(self.lines):  # at the end of the file the empty lines before it go
            end = source.end
            while empty(start - 1):
                start -= 1
        self.edits.append(LineEdit(start, end, ("<!-- -->", "") if between else ()))
        return True

    def _insert(self, behind: int, blocks: list[Block], around: tuple[list[Block], list[Block]] = ([], [])) -> None:
        """New blocks behind a line. ``around``: the blocks before and after; a comment keeps lists from being one."""
        if not blocks:
            return
        noted = any(isinstance(block, Footnotes) for block in blocks)
        text = None if noted else self.write(tuple(blocks))
        if text is None:
            self.refused.append((max(behind, 1), "there is no Markdown for it"))
            return
        self.expected += [(-1, block) for block in blocks]
        new = text.split("\n")
        following = self.lines[behind] if behind < len(self.lines) else ""
        leading = [""] if behind and self.lines[behind - 1].strip() else []
        trailing = [""] if following.strip() or not leading else []
        leading += ["<!-- -->", ""] if _join([*around[0], *blocks[:1]]) else []
        trailing = ["", "<!-- -->", *trailing] if _join([*blocks[-1:], *around[1]]) else trailing
        self.edits.append(LineEdit(behind + 1, behind, (*leading, *new, *trailing)))


def _titled(blocks: list[Block]) -> tuple[Block, ...]:
    """Code that is read as a line in bold and code, where a product shows titles so, as one block again."""
    match blocks:
        case [Paragraph((Mark("strong", (Text(title),)),)), CodeBlock(_, _, "") as code]:
            return (replace(code, title=title),)
        case _:
            return tuple(blocks)


def _join(pair: list[Block]) -> bool:
    """Whether two blocks beside each other would be read as one list."""
    lists = [block.ordered for block in pair if isinstance(block, ListBlock)]
    return len(pair) == len(lists) == 2 and lists[0] == lists[1]


def merge_blocks(
    published: tuple[Block, ...],
    theirs: tuple[Block, ...],
    sources: tuple[SourceBlock, ...],
    lines: list[str],
    write: Write,
    *,
    first_line: int = 1,
    ways: Mapping[int, Way] | None = None,
    resolution: Resolution = Resolution.MARKERS,
    fits: Fits = lambda edit: True,
) -> Merge:
    """The edits of ``lines`` (the whole file) that bring what changed from ``published`` to ``theirs`` into the source.

    ``sources``: the blocks of the source in order. ``first_line``: where a document without blocks would begin.
    """
    merger = _Merger(lines, write, ways or {}, resolution, fits, sources)
    before, groups = _groups(published, theirs, sources)
    merger._insert(first_line - 1 if not sources else sources[0].start - 1, before)
    for number, group in enumerate(groups):
        merger.group(number, group)
    return Merge(
        tuple(merger.edits),
        tuple(merger.expected),
        tuple(merger.conflicts),
        tuple(merger.refused),
        tuple(merger.changed),
    )


def _groups(
    published: tuple[Block, ...], theirs: tuple[Block, ...], sources: tuple[SourceBlock, ...]
) -> tuple[list[Block], list[_Group]]:
    """(new blocks of theirs before everything, each source block with what the other versions hold in its place)."""
    groups = [_Group(source) for source in sources]
    owners = [number for number, source in enumerate(sources) for _ in source.blocks]
    ours = tuple(block for source in sources for block in source.blocks)
    owner_of = _owners(published, ours, owners, groups)
    fresh = {repr(normal_blocks((block,))) for block in _only_new(published, ours)}
    before: list[Block] = []
    current = -1
    pairs = align_blocks(published, theirs)
    for place, pair in enumerate(pairs):
        if pair.old is not None:
            current = max(current, owner_of[pair.old])
            if pair.new is not None and owner_of[pair.old] >= 0:
                groups[owner_of[pair.old]].theirs.append(theirs[pair.new])
            elif pair.new is not None and groups and _differ(published[pair.old], theirs[pair.new]):
                groups[max(current, 0)].revived.append((published[pair.old], theirs[pair.new]))
        elif pair.new is not None and repr(normal_blocks((theirs[pair.new],))) not in fresh:
            following = next((owner_of[p.old] for p in pairs[place:] if p.old is not None), None)
            inside = current >= 0 and following == current
            target = before if current < 0 else groups[current].theirs if inside else groups[current].behind
            target.append(theirs[pair.new])
    return before, groups


def _collide(written: list[str | None]) -> bool:
    """Whether both sides touched the same unit. ``written``: the published, our and their version."""
    old, mine, other = written
    if old is None or not mine or not other:
        return True
    return bool(touched_units(old, mine) & touched_units(old, other))


def _differ(one: Block, other: Block) -> bool:
    return normal_blocks((one,)) != normal_blocks((other,))


def _owners(
    published: tuple[Block, ...], ours: tuple[Block, ...], owners: list[int], groups: list[_Group]
) -> list[int]:
    """For each published block the source block that it belongs to; -1 if there is none any more."""
    found = [-1] * len(published)
    for pair in align_blocks(published, ours):
        if pair.old is not None and pair.new is not None:
            found[pair.old] = owners[pair.new]
            groups[owners[pair.new]].published.append(published[pair.old])
    return found


def _only_new(published: tuple[Block, ...], ours: tuple[Block, ...]) -> list[Block]:
    """What the source holds and the published version did not: what they put in too is merged already."""
    return [ours[pair.new] for pair in align_blocks(published, ours) if pair.old is None and pair.new is not None]
