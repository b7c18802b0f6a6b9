"""An editor that changes pages as people do: words, marks, items, rows, blocks in and out, panels. Every edit comes from a seed."""

import re
from random import Random

from publisher.storage import Element, parse_body, serialise_children

_AC = "{http://atlassian.com/content}"
_WORDS = [
    "quickly",
    "team",
    "2026",
    "Confluence",
    "C++",
    "a_b",
    "release-notes",
    "naïve",
    "5 < 6",
    "R&D",
    "[draft]",
    "*",
    "100 %",
]
_BLOCKS = [
    "<p>A new paragraph with <strong>weight</strong> and <code>code</code>.</p>",
    "<ul><li><p>one</p></li><li><p>two</p></li></ul>",
    '<ac:structured-macro ac:name="info"><ac:rich-text-body><p>Mind this.</p></ac:rich-text-body></ac:structured-macro>',
    "<h3>A new section</h3>",
    '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">python</ac:parameter>'
    "<ac:plain-text-body><![CDATA[print(1)]]></ac:plain-text-body></ac:structured-macro>",
]


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def _texts(root: Element) -> list[tuple[Element, str]]:
    """(element, text or tail) of every piece of prose of two words or more."""
    found: list[tuple[Element, str]] = []
    for element in root.iter():
        inside = {_local(parent) for parent in element.iterancestors()} | {_local(element)}
        if inside & {"parameter", "plain-text-body", "task-id", "task-status", "code"}:
            if _local(element) == "code" and len((element.tail or "").split()) > 1 and not inside & {"parameter"}:
                found.append((element, "tail"))
            continue
        if len((element.text or "").split()) > 1 and _local(element) in {"p", "strong", "em", "li", "link-body", "a"}:
            found.append((element, "text"))
        if len((element.tail or "").split()) > 1 and _local(element) in {"strong", "em", "a", "link"}:
            found.append((element, "tail"))
    return found


def _change_word(root: Element, random: Random) -> bool:
    found = _texts(root)
    if not found:
        return False
    element, where = random.choice(found)
    words = re.split(r"(\s+)", getattr(element, where))
    places = [place for place, word in enumerate(words) if word.strip()]
    place = random.choice(places)
    kind = random.randrange(3)
    if kind == 0:
        words[place] = random.choice(_WORDS)
    elif kind == 1:
        words[place] += " " + random.choice(_WORDS)
    elif len(places) > 2:
        words[place] = ""
    setattr(element, where, re.sub(r"  +", " ", "".join(words)))
    return True


def _mark_words(root: Element, random: Random) -> bool:
    found = [(element, where) for element, where in _texts(root) if where == "text" and _local(element) == "p"]
    if not found:
        return False
    element, _ = random.choice(found)
    words = (element.text or "").split(" ")
    place = random.randrange(len(words))
    if not words[place].strip():
        return False
    mark = element.makeelement(random.choice(["strong", "em"]), {})
    mark.text = words[place].strip()
    element.text = " ".join([*words[:place], ""]) if place else ""
    mark.tail = " " + " ".join(words[place + 1 :]) if words[place + 1 :] else ""
    element.insert(0, mark)
    return True


def _items(root: Element) -> list[Element]:
    return [item for item in root.iter("li") if not any(_local(p) == "parameter" for p in item.iterancestors())]


def _add_item(root: Element, random: Random) -> bool:
    items = _items(root)
    if not items:
        return False
    item = random.choice(items)
    new = item.makeelement("li", {})
    paragraph = new.makeelement("p", {})
    paragraph.text = "a new item about " + random.choice(_WORDS)
    new.append(paragraph)
    item.addnext(new)
    return True


def _delete_item(root: Element, random: Random) -> bool:
    items = [(item, parent) for item in _items(root) if (parent := item.getparent()) is not None and len(parent) > 1]
    if not items:
        return False
    item, parent = random.choice(items)
    parent.remove(item)
    return True


def _rows(root: Element) -> list[Element]:
    return [row for row in root.iter("tr") if not any(cell.get("rowspan") for cell in row)]


def _add_row(root: Element, random: Random) -> bool:
    rows = [row for row in _rows(root) if all(_local(cell) == "td" for cell in row)]
    if not rows:
        return False
    row = random.choice(rows)
    new = row.makeelement("tr", {})
    for cell in row:
        made = new.makeelement("td", {str(name): str(value) for name, value in cell.attrib.items()})
        paragraph = made.makeelement("p", {})
        paragraph.text = "cell " + random.choice(_WORDS)
        made.append(paragraph)
        new.append(made)
    row.addnext(new)
    return True


def _cell(row: Element, text: str) -> Element:
    """A cell as the editor makes it: it says nothing of the column's alignment."""
    head = len(row) and all(_local(cell) == "th" for cell in row)
    made = row.makeelement("th" if head else "td", {})
    paragraph = made.makeelement("p", {})
    paragraph.text = text or None
    made.append(paragraph)
    return made


def _plain_rows(root: Element) -> list[Element]:
    """Rows of tables in which nothing spans, below a head."""
    spans = {
        row.getparent() for row in root.iter("tr") if any(cell.get("rowspan") or cell.get("colspan") for cell in row)
    }
    return [row for row in root.iter("tr") if row.getparent() not in spans and all(_local(c) == "td" for c in row)]


def _add_new_row(root: Element, random: Random) -> bool:
    rows = _plain_rows(root)
    if not rows:
        return False
    row = random.choice(rows)
    new = row.makeelement("tr", {})
    new.extend([_cell(new, random.choice(["", *_WORDS])) for _ in row])
    row.addnext(new)
    return True


def _delete_row(root: Element, random: Random) -> bool:
    rows = [(row, body) for row in _plain_rows(root) if (body := row.getparent()) is not None and len(body) > 2]
    if not rows:
        return False
    row, body = random.choice(rows)
    body.remove(row)
    return True


def _move_row(root: Element, random: Random) -> bool:
    rows = _plain_rows(root)
    near = [row for row in rows if (before := row.getprevious()) is not None and before in rows]
    if not near:
        return False
    row = random.choice(near)
    before = row.getprevious()
    assert before is not None
    row.addnext(before)
    return True


def _empty_cell(root: Element, random: Random) -> bool:
    cells = [cell for row in _plain_rows(root) for cell in row if len(cell) == 1 and _local(cell[0]) == "p"]
    if not cells:
        return False
    line = random.choice(cells)[0]
    line[:], line.text = [], None
    return True


def _add_column(root: Element, random: Random) -> bool:
    bodies = list({row.getparent(): None for row in _plain_rows(root)})
    if not bodies:
        return False
    body = random.choice(bodies)
    assert body is not None
    place = random.randrange(1 + min(len(row) for row in body))
    for row in body:
        row.insert(place, _cell(row, "new " + random.choice(_WORDS)))
    return True


def _delete_block(root: Element, random: Random) -> bool:
    blocks = [block for block in root if _local(block) in {"p", "ul", "table", "structured-macro"}]
    if len(blocks) < 3:
        return False
    root.remove(random.choice(blocks))
    return True


def _add_block(root: Element, random: Random) -> bool:
    blocks = [block for block in root if isinstance(block.tag, str)]
    if not blocks:
        return False
    new = parse_body(random.choice(_BLOCKS))[0]
    random.choice(blocks).addnext(new)
    return True


def _change_table(root: Element, random: Random) -> bool:
    return random.choice([_add_new_row, _add_new_row, _delete_row, _move_row, _empty_cell, _add_column])(root, random)


_EDITS = [
    _change_word,
    _change_word,
    _change_word,
    _mark_words,
    _add_item,
    _delete_item,
    _add_row,
    _change_table,
    _delete_block,
    _add_block,
]


def edit_page(body: str, seed: int, count: int = 1) -> str:
    """The body after so many edits."""
    random = Random(seed)
    root = parse_body(body, keep_cdata=True)
    done = 0
    for _ in range(count * 8):
        if done < count and random.choice(_EDITS)(root, random):
            done += 1
    return serialise_children(root)
