"""Notices that are given once for each kind and document, however often the document shows it."""

from msgspec import Struct, field

from publisher.model.problem import Problem, problem

#: Code → (what is true of one, what is true of several, what to do).
_KINDS: dict[str, tuple[str, str, str]] = {
    "unknown-element": (
        "is no element of HTML; it is shown as text",
        "are no elements of HTML; they are shown as text",
        "write them as code, in backticks, or with a backslash before the `<`",
    ),
    "unknown-container": (
        "is no kind of box that is known; what it holds stays",
        "are no kinds of boxes that are known; what they hold stays",
        "known: note, tip, important, warning, caution, details, columns, panel and others: see the guide",
    ),
    "raw-storage": (
        "is shown as text",
        "are shown as text",
        "put storage format into a code block of the language `confluence`, or set `compat` or `syntax: [+raw-storage]`",
    ),
    "unclosed-html": (
        "is never closed",
        "are never closed",
        "close the element, or write it as code, in backticks, if it is meant as text",
    ),
}
_MOST_NAMES = 4  # that a notice names


class Notices(Struct):
    """What a document shows: code → name → (its first line, how often)."""

    found: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)

    def add(self, code: str, name: str, line: int) -> None:
        """Something by its name, which the notice of that code lists."""
        names = self.found.setdefault(code, {})
        first, count = names.get(name, (line, 0))
        names[name] = (min(first, line), count + 1)

    def problems(self, key: str) -> list[Problem]:
        """One problem for each code, at the first line that shows it."""
        made = []
        for code, names in self.found.items():
            one, many, hint = _KINDS[code]
            listed = ", ".join(f"`{name[:40]}`" for name in list(names)[:_MOST_NAMES])
            if len(names) > _MOST_NAMES:
                listed += f" and {len(names) - _MOST_NAMES} more"
            count = sum(times for _, times in names.values())
            often = f" ({count} times)" if count > len(names) else ""
            text = f"{listed} {one if len(names) == 1 else many}{often}"
            made.append(problem(key, min(line for line, _ in names.values()), code, text, hint))
        return made
