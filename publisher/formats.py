"""YAML, JSON and TOML that others wrote, read within limits: whatever they hold, the reader gets data or one error with a line.

A short text can stand for gigabytes (aliases of aliases), and a deep one ends the interpreter. Both are errors here.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

#: The most characters of a text, values in it with every alias written out, and levels of nesting.
MOST_TEXT, MOST_VALUES, MOST_DEEP = 4_000_000, 200_000, 100
_BASE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's where it is there: front matter takes time


class BadData(ValueError):
    """``str()`` says what is wrong; ``line`` counts from 0."""

    def __init__(self, text: str, line: int = 0) -> None:
        super().__init__(text)
        self.line = line


class _Loader(_BASE):  # type: ignore[misc, valid-type]
    """Safe, and lenient where a text only looks like a date."""


class _AnyTagLoader(_Loader):
    """Tags such as ``!!python/name:…`` and ``!ENV`` mean nothing to us, and are no error."""


def _read_date(loader: Any, node: yaml.ScalarNode) -> Any:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:  # 2024-02-30
        return str(node.value)


def _read_any_tag(loader: Any, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else None


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _read_date)
_AnyTagLoader.add_multi_constructor("!", _read_any_tag)
_AnyTagLoader.add_multi_constructor("tag:yaml.org,2002:python/", _read_any_tag)


def read_yaml(text: str, *, any_tag: bool = False) -> Any:
    """The data of one YAML document; None for an empty one. BadData."""
    return compose_yaml(text, any_tag=any_tag)[1]


def compose_yaml(text: str, *, any_tag: bool = False) -> tuple[yaml.Node | None, Any]:
    """(nodes with their lines, data). BadData."""
    _check_size(text)
    loader = None
    try:
        loader = (_AnyTagLoader if any_tag else _Loader)(text)
        node = loader.get_single_node()
        if node is None:
            return None, None
        if "*" in text or len(text) > MOST_DEEP:
            _check_nodes(node)
        return node, loader.construct_document(node)
    except BadData:
        raise
    except yaml.YAMLError as error:
        raise _bad_yaml(error, text) from None
    except RecursionError:
        raise BadData("YAML: it is nested too deep") from None
    except (ValueError, OverflowError, TypeError, KeyError, AttributeError) as error:
        raise BadData(f"YAML: {error}") from None
    finally:
        if loader is not None:
            loader.dispose()


def write_yaml(data: Any) -> str:
    """YAML of plain values, keys in their order; every text comes back as it is."""
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120, default_flow_style=False)


def _bad_yaml(error: yaml.YAMLError, text: str) -> BadData:
    # What is opened and never closed is reported at the end of the text: name the line that opens it.
    mark, opening = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if mark and opening and mark.line >= text.count("\n"):
        mark = opening
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).partition("\n")[0]
    return BadData(f"YAML: {said}", mark.line if mark else 0)


def _check_size(text: str) -> None:
    if len(text) > MOST_TEXT:
        raise BadData(f"it is longer than {MOST_TEXT:,} characters")


def _check_nodes(root: yaml.Node) -> None:
    """Counts every value as often as aliases repeat it. BadData for too many, too deep, or one that holds itself."""
    sizes: dict[int, int] = {}
    stack: list[tuple[yaml.Node, bool]] = [(root, False)]
    open_nodes: set[int] = set()
    while stack:
        node, done = stack.pop()
        if done:
            open_nodes.discard(id(node))
            sizes[id(node)] = 1 + sum(sizes[id(child)] for child in _children(node))
            if sizes[id(node)] > MOST_VALUES:
                raise BadData("YAML: its aliases stand for too many values", node.start_mark.line)
        elif id(node) in open_nodes:
            raise BadData("YAML: a value holds itself", node.start_mark.line)
        elif id(node) not in sizes:
            open_nodes.add(id(node))
            if len(open_nodes) > MOST_DEEP:
                raise BadData("YAML: it is nested too deep", node.start_mark.line)
            stack.append((node, True))
            stack.extend((child, False) for child in _children(node))


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        yield from node.value
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value


def read_json(text: str) -> Any:
    """The data of a JSON text. BadData, for NaN and infinite numbers too."""
    _check_size(text)

    def refuse(name: str) -> Any:
        raise BadData(f"JSON: {name} is no number")

    def number(digits: str) -> float:
        value = float(digits)
        if math.isinf(value):
            raise BadData(f"JSON: {digits[:20]} is too large a number")
        return value

    try:
        data = json.loads(text, parse_constant=refuse, parse_float=number)
    except json.JSONDecodeError as error:
        raise BadData(f"JSON: {error.msg}", error.lineno - 1) from None
    except RecursionError:
        raise BadData("JSON: it is nested too deep") from None
    except BadData:
        raise
    except ValueError as error:  # an integer of thousands of digits
        raise BadData(f"JSON: {error}") from None
    _check_depth(data, "JSON")
    return data


def read_toml(text: str) -> Any:
    """The data of a TOML text. BadData."""
    import tomllib  # most projects have none

    _check_size(text)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise BadData(f"TOML: {str(error).partition(' (at')[0]}", int(line[1]) - 1 if line else 0) from None
    except RecursionError:
        raise BadData("TOML: it is nested too deep") from None
    except (ValueError, OverflowError) as error:
        raise BadData(f"TOML: {error}") from None
    _check_depth(data, "TOML")
    return data


def _check_depth(data: Any, form: str) -> None:
    level = [data]
    for _ in range(MOST_DEEP):
        level = [
            child
            for item in level
            if isinstance(item, Mapping | list)
            for child in (item.values() if isinstance(item, Mapping) else item)
        ]
        if not level:
            return
    raise BadData(f"{form}: it is nested too deep")
