"""Templates of a team run in Jinja2's sandbox, and within limits: of steps, of what they write, and of every value on the way.

Whoever opens a pull request may write them: a double loop, or ``'ab' * 2000000000``, must not take the machine.
"""

import re
from collections.abc import Iterator
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, markup_join
from jinja2.sandbox import ImmutableSandboxedEnvironment

#: Rounds of loops and calls of macros in one rendering; characters (or items) of a value, and of what is written.
MOST_STEPS, MOST_LENGTH = 100_000, 2_000_000
_MOST_BITS = 4096
_WIDTH = re.compile(r"\d{5,}|\*|\{[^{}]*\{")
_SIZED = {
    "center",
    "ljust",
    "rjust",
    "zfill",
    "expandtabs",
    "indent",
    "wordwrap",
    "batch",
    "slice",
    "truncate",
    "round",
}


class TooMuch(SecurityError):
    """A template asks for more than a page can need."""


class LimitedEnvironment(ImmutableSandboxedEnvironment):
    """One rendering at a time: ``begin`` starts its count."""

    intercepted_binops = frozenset(("*", "**", "%", "+"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.steps = 0
        self.filters.update(
            {
                name: self._limited(name, self.filters[name])
                for name in (*_SIZED, "replace", "join", "format")
                if name in self.filters
            }
        )

    def begin(self) -> None:
        """A new rendering."""
        self.steps = 0

    def count_step(self) -> str:
        """Called in each round of a loop and each call of a macro. TooMuch."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooMuch(f"it takes more than {MOST_STEPS:,} steps")
        return ""

    def concat(self, *parts: Any) -> str:
        """What ``a ~ b`` is. TooMuch."""
        _check_length(sum(len(str(part)) for part in parts))
        return markup_join(parts)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        bodies: list[Any] = [node for kind in (nodes.For, nodes.Macro, nodes.CallBlock) for node in tree.find_all(kind)]
        for node in bodies:
            node.body.insert(0, nodes.Output([_call("count_step", [], node.lineno)], lineno=node.lineno))
        _replace_concat(tree)
        tree.set_environment(self)
        return tree

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        _check_operation(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def call(self, context: Context, obj: Any, *args: Any, **more: Any) -> Any:
        owner, name = getattr(obj, "__self__", None), getattr(obj, "__name__", "")
        if isinstance(owner, str):
            _check_call(name, owner, (*args, *more.values()))
        return super().call(context, obj, *args, **more)

    def _limited(self, name: str, inner: Any) -> Any:
        def run(*args: Any, **more: Any) -> Any:
            given = [arg for arg in args if not isinstance(arg, Context | jinja2.Environment | nodes.EvalContext)]
            subject = given[0] if given else ""
            _check_call(name, subject if isinstance(subject, str) else "", (*given[1:], *more.values()))
            if name == "join" and not isinstance(subject, str):
                items = list(subject)
                between = len(str(given[1])) if len(given) > 1 else 0
                _check_length(sum(len(str(item)) for item in items) + between * len(items))
            return inner(*args, **more)

        for mark in ("jinja_pass_arg",):
            if hasattr(inner, mark):
                setattr(run, mark, getattr(inner, mark))
        return run


def render_within(environment: LimitedEnvironment, template: jinja2.Template, values: dict[str, object]) -> str:
    """What a template writes. TooMuch, or another TemplateError."""
    environment.begin()
    return "".join(_counted(template.generate(values)))


def _counted(parts: Iterator[str]) -> Iterator[str]:
    total = 0
    for part in parts:
        total += len(part)
        _check_length(total)
        yield part


def _call(name: str, args: list[nodes.Expr], line: int) -> nodes.Call:
    return nodes.Call(nodes.EnvironmentAttribute(name, lineno=line), args, [], None, None, lineno=line)


def _replace_concat(node: nodes.Node) -> None:
    """Every ``a ~ b`` becomes a call that counts."""
    for name in node.fields:
        value = getattr(node, name, None)
        if isinstance(value, nodes.Node):
            _replace_concat(value)
            if isinstance(value, nodes.Concat):
                setattr(node, name, _call("concat", value.nodes, value.lineno))
        elif isinstance(value, list):
            for place, item in enumerate(value):
                if isinstance(item, nodes.Node):
                    _replace_concat(item)
                    if isinstance(item, nodes.Concat):
                        value[place] = _call("concat", item.nodes, item.lineno)


def _check_length(length: int) -> None:
    if length > MOST_LENGTH:
        raise TooMuch(f"it makes a value or a text of more than {MOST_LENGTH:,} characters")


def _check_operation(operator: str, left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int):
        bits = {"*": left.bit_length() + right.bit_length(), "**": left.bit_length() * max(right, 1)}.get(operator, 0)
        if bits > _MOST_BITS:
            raise TooMuch("it makes a number of thousands of digits")
    elif operator == "*":
        sized, times = (left, right) if isinstance(right, int) else (right, left)
        if hasattr(sized, "__len__") and isinstance(times, int):
            _check_length(len(sized) * max(times, 0))
    elif operator == "+" and hasattr(left, "__len__") and hasattr(right, "__len__"):
        _check_length(len(left) + len(right))
    elif operator == "%" and isinstance(left, str) and re.search(r"%[^%a-zA-Z]*(?:\d{5,}|\*)", left):
        raise TooMuch("it formats a value wider than a page")


def _check_call(name: str, subject: str, args: tuple[Any, ...]) -> None:
    """Of a method of a string, or a filter: what its result would be."""
    if name in _SIZED and any(isinstance(arg, int) and arg > MOST_LENGTH // 10 for arg in args):
        raise TooMuch("it makes a value wider than a page")
    if name in {"format", "format_map"} and _WIDTH.search(subject):
        raise TooMuch("it formats a value wider than a page")
    if name == "replace" and len(args) > 1 and all(isinstance(arg, str) for arg in args[:2]):
        _check_length(len(subject) + (subject.count(args[0]) + 1) * len(args[1]))
    if name == "join" and args and not isinstance(args[0], str) and isinstance(args[0], list | tuple):
        _check_length(sum(len(str(item)) for item in args[0]) + len(subject) * len(args[0]))
