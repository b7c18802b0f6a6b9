"""Every block in every container, to a depth, as Markdown. Each holds words that occur once."""

from collections.abc import Callable, Iterator
from itertools import count

Words = Iterator[str]


def words() -> Words:
    """Words that are in no other text: they tell what is lost, doubled or out of order."""
    return (f"Word{number:04}" for number in count())


def _table(word: Words) -> str:
    return f"| {next(word)} | {next(word)} |\n|---|:-:|\n| {next(word)} | **{next(word)}** |"


def _fence(word: Words) -> str:
    return f"```py\n{next(word)} = '<p>'\n```"


BLOCKS: dict[str, Callable[[Words], str]] = {
    "paragraph": lambda word: f"{next(word)} **bold {next(word)} `{next(word)}`**",
    "heading": lambda word: f"### {next(word)}",
    "code": _fence,
    "table": _table,
    "rule": lambda word: f"{next(word)}\n\n---\n\n{next(word)}",
    "quote": lambda word: f"> {next(word)}\n>\n> {next(word)}",
    "list": lambda word: f"- {next(word)}\n- {next(word)}\n    - {next(word)}",
    "numbers": lambda word: f"3. {next(word)}\n4. {next(word)}",
    "tasks": lambda word: f"- [ ] {next(word)}\n- [x] {next(word)}\n    - [ ] {next(word)}",
    "mixed": lambda word: f"- [ ] {next(word)}\n- {next(word)}",
    "panel": lambda word: f"!!! note\n    {next(word)}\n\n    {next(word)}",
    "alert": lambda word: f"> [!IMPORTANT]\n> {next(word)}",
    "expand": lambda word: f'??? note "{next(word)}"\n    {next(word)}',
    "details": lambda word: f"<details><summary>{next(word)}</summary>\n\n{next(word)}\n\n</details>",
    "definitions": lambda word: f"{next(word)}\n:   {next(word)}",
    "columns": lambda word: f":::: columns\n::: column\n{next(word)}\n:::\n::: column\n{next(word)}\n:::\n::::",
    "column": lambda word: f":::: columns\n::: column\n{next(word)}\n:::\n::::",
    "excerpt": lambda word: f"::: excerpt\n{next(word)}\n:::",
    "image": lambda word: f"![{next(word)}](https://e.org/i.png)",
    "badges": lambda word: (
        f"![{next(word)}](https://e.org/a.png) [![{next(word)}](https://e.org/b.png)](https://e.org)"
    ),
    "html table": lambda word: f"<table><tr><td><ul><li>{next(word)}</li></ul></td><td>{next(word)}</td></tr></table>",
    "aligned": lambda word: f'<p align="center">{next(word)}</p>',
    "marks": lambda word: (
        f"*{next(word)} @2026-01-31 {{status:green|{next(word)}}}* [{next(word)} {{status:red|x}} `y`](https://e.org)"
    ),
}


def _indent(text: str, by: str, first: str) -> str:
    return "\n".join(
        (first if number == 0 else by if line else "") + line for number, line in enumerate(text.split("\n"))
    )


def _around(opening: str, closing: str) -> Callable[[str, Words], str]:
    return lambda inner, word: f"{opening.format(next(word))}\n\n{next(word)}\n\n{inner}\n\n{next(word)}\n\n{closing}"


def _item(marker: str) -> Callable[[str, Words], str]:
    def wrap(inner: str, word: Words) -> str:
        text = f"{next(word)}\n\n{inner}\n\n{next(word)}"
        return (
            f"{_indent(text, '    ', f'{marker} '.ljust(4) if marker != '- [ ]' else '- [ ] ')}\n{marker} {next(word)}"
        )

    return wrap


def _prefixed(first: str, prefix: str) -> Callable[[str, Words], str]:
    def wrap(inner: str, word: Words) -> str:
        text = f"{next(word)}\n\n{inner}\n\n{next(word)}"
        return first + "\n".join(f"{prefix}{line}".rstrip() for line in text.split("\n"))

    return wrap


CONTAINERS: dict[str, Callable[[str, Words], str]] = {
    "item": _item("-"),
    "number": _item("7."),
    "task": _item("- [ ]"),
    "quote": _prefixed("", "> "),
    "alert": _prefixed("> [!TIP]\n", "> "),
    "panel": _prefixed("!!! warning\n", "    "),
    "expand": _prefixed('??? note "Title"\n', "    "),
    "tab": _prefixed('=== "Tab"\n', "    "),
    "details": _around("<details><summary>{}</summary>", "</details>"),
    "excerpt": _around("::: excerpt\n{}", ":::"),
    "cell": lambda inner, word: f"<table><tr><td>\n\n{next(word)}\n\n{inner}\n\n{next(word)}\n\n</td></tr></table>",
    "columns": lambda inner, word: (
        f":::::: columns\n::::: column\n{next(word)}\n:::::\n::::: column\n{next(word)}\n\n{inner}\n:::::\n::::::"
    ),
    "definition": lambda inner, word: f"{next(word)}\n" + _indent(f"{next(word)}\n\n{inner}", "    ", ":   "),
}
