"""Carries out an operation: by its one request, or by the function that is registered for it."""

from collections.abc import Iterator, Mapping

from publisher.confluence import v1, v2
from publisher.confluence.answers import JsonObject
from publisher.confluence.operations.context import Arguments, Context, Result, first, list_query, quote_cql
from publisher.confluence.operations.items import Item, item, item_of_v1
from publisher.confluence.operations.registry import CLOUD, DATA_CENTER, load_handlers
from publisher.confluence.operations.types import Operation, V1Request
from publisher.errors import UsageError

_GATEWAY = {"connection", "gateway"}  # what is asked of the gateway, whatever the product is


def run(context: Context, operation: Operation, arguments: Mapping[str, object]) -> Result:
    """UsageError for what the product or the operation does not have, before any request."""
    given = {key: value for key, value in arguments.items() if value is not None and value is not False}
    _check(operation, given)
    if context.flavor == "datacenter" and operation.resource not in _GATEWAY:
        load_handlers("datacenter")
        return _run_v1(context, Arguments(operation, given))
    load_handlers("cloud")
    handler = CLOUD.get(operation.name)
    return (
        handler(context, Arguments(operation, given)) if handler else _run_plain(context, Arguments(operation, given))
    )


def _check(operation: Operation, given: Mapping[str, object]) -> None:
    arguments = (*operation.arguments, *operation.options)
    known = {argument.key for argument in arguments} | {name.replace("-", "_") for name in operation.filters}
    known |= {"limit"} if operation.paged else set()
    unknown = sorted(set(given) - known)
    missing = sorted(argument.name for argument in arguments if argument.required and argument.key not in given)
    if unknown or missing:
        words = [f"has no `{name.replace('_', '-')}`" for name in unknown] + [f"needs `{name}`" for name in missing]
        raise UsageError(f"{operation.name}: " + ", ".join(words))


def _ids(context: Context, given: Arguments) -> tuple[str, ...]:
    arguments = given.operation.arguments
    return tuple(context.resolve(argument.kind, given.text(argument.key)) for argument in arguments)


def _run_plain(context: Context, given: Arguments) -> Result:
    operation = given.operation
    assert operation.endpoint is not None, f"nothing carries out {operation.name}"
    ids = _ids(context, given)
    query = given.filters()
    if "body_format" in given:
        query["body-format"] = given.text("body_format")
    if operation.paged:
        asked = list_query(given.limit, v2.MOST_ROWS, **query)
        rows = v2.list_from(context.client, operation.endpoint, ids, asked)
        return first((item(operation.result, row) for row in rows), given.limit)
    path = operation.endpoint.at(*ids)
    if not operation.result:
        context.client.request(operation.endpoint.method, path, params=query)
        return None
    answer = context.client.fetch(operation.endpoint.method, path, params=query)
    return item_of_v1(operation.result, answer) if operation.result == "user" else item(operation.result, answer)


# Data Center


def _run_v1(context: Context, given: Arguments) -> Result:
    operation = given.operation
    found = DATA_CENTER.get(operation.name)
    if found is not None:
        handler, obeys = found
        _refuse(given, {argument.key for argument in operation.arguments} | obeys | {"limit"})
        return handler(context, given)
    if operation.v1 is None:
        raise UsageError(f"`{operation.name}` is not available on Data Center")
    return _run_plain_v1(context, given, operation.v1)


def _refuse(given: Arguments, known: set[str]) -> None:
    if unknown := sorted(set(given) - known):
        name = unknown[0].replace("_", "-")
        raise UsageError(f"{given.operation.name}: `{name}` is not available on Data Center")


def _run_plain_v1(context: Context, given: Arguments, request: V1Request) -> Result:
    operation = given.operation
    names = {name.replace("-", "_"): wire for name, wire in request.names.items()}
    arguments = {argument.key for argument in operation.arguments}
    _refuse(given, arguments | set(names) | {"limit", "label", "cursor", "body_format"})
    ids = _ids(context, given)
    words = {argument.key: number for argument, number in zip(operation.arguments, ids, strict=True)}
    query = {name: value.format(**words) for name, value in request.query.items()}
    query |= {wire: given.text(key) for key, wire in names.items() if key in given}
    endpoint = request.endpoint
    if request.cql:
        query["cql"] = request.cql.format(**words)
    if "label" in given:
        return _list_labelled(context, given, query.get("expand", ""))
    if "body_format" in given:
        query["expand"] = f"{query.get('expand', '')},body.{given.text('body_format')}"
    path_ids = ids if endpoint.names else ()
    if operation.paged:
        rows = v1.list_from(context.client, endpoint, path_ids, list_query(given.limit, v1.MOST_ROWS, **query))
        return first(_as_items(operation.result, rows), given.limit)
    return item_of_v1(operation.result, context.client.fetch("GET", endpoint.at(*path_ids), params=query))


def _as_items(kind: str, rows: Iterator[JsonObject]) -> Iterator[Item]:
    for row in rows:
        if kind == "child":
            yield Item(kind, {**item_of_v1("page", row).fields, "type": row.get("type", "page")}, row.fields)
        else:
            yield item_of_v1(kind, row)


def _list_labelled(context: Context, given: Arguments, expand: str) -> Iterator[Item]:
    if others := sorted({"title", "status"} & set(given)):
        raise UsageError(
            f"{given.operation.name}: --label goes with --space and --body-format only, not with --{others[0]}"
        )
    space = f" and space = {quote_cql(given.text('space'))}" if "space" in given else ""
    form = f",body.{given.text('body_format')}" if "body_format" in given else ""
    cql = f"type = page and label = {quote_cql(given.text('label'))}{space}"
    query = list_query(given.limit, v1.MOST_ROWS, cql=cql, expand=expand + form)
    rows = v1.search_content(context.client, query)
    return first(_as_items(given.operation.result, rows), given.limit)
