"""What storage format of an author's own must not hold, however well-formed it is: scripts, and addresses that run them."""

from collections.abc import Iterator

from publisher.storage.xml import AC, RI, NotWellFormed, parse_body, prefixed_name

#: Schemes of addresses that only lead somewhere.
SCHEMES = {
    "http", "https", "mailto", "tel", "ftp", "ftps", "sftp", "ssh", "git", "irc", "xmpp", "slack", "vscode", "file",
}  # fmt: skip
_ELEMENTS = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "applet",
    "form",
    "input",
    "button",
    "link",
    "meta",
    "base",
}
_MACROS = {"html", "html-include", "style"}
_ADDRESSES = {"href", "src", f"{{{RI}}}value"}


def check_safety(body: str) -> list[str]:
    """Why storage format cannot be taken as it is; empty for all that is well-formed and runs nothing."""
    try:
        root = parse_body(body)
    except NotWellFormed as error:
        return [f"not well-formed: {error}"]
    found: list[str] = []
    for element in root.iter():
        if isinstance(element.tag, str):
            attributes = {str(name): str(value) for name, value in element.attrib.items()}
            found += _check(str(element.tag), attributes)
    return list(dict.fromkeys(found))


def _check(tag: str, attributes: dict[str, str]) -> Iterator[str]:
    if tag.lower() in _ELEMENTS:
        yield f"the element {tag} is not safe"
    if tag == f"{{{AC}}}structured-macro" and attributes.get(f"{{{AC}}}name", "").lower() in _MACROS:
        yield f"the macro {attributes[f'{{{AC}}}name']} is not safe"
    for name, value in attributes.items():
        if name.lower().startswith("on"):
            yield f"the attribute {prefixed_name(name)} is not safe"
        if name in _ADDRESSES and _scheme(value) not in SCHEMES | {""}:
            yield f"an address with `{_scheme(value)}:`"


def _scheme(address: str) -> str:
    """The scheme of an address, blanks and control characters aside as browsers read it."""
    plain = "".join(character for character in address if character > " ")
    head, colon, _ = plain.partition(":")
    return head.lower() if colon and not set(head) & set("/?#") else ""
