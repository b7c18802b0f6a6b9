"""The JSON Schemas of ``publisher.yml`` and of front matter: editors complete and check with them."""

from typing import Any

from publisher.config.options import OPTIONS
from publisher.model.names import STATUS_COLOUR_NAMES, TABLE_LAYOUTS
from publisher.model.options.option import Option
from publisher.model.problem import CODES

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
#: Where the schemas are, once the schema store has them.
SETTINGS_ID = "https://json.schemastore.org/publisher-confluence.json"
FRONT_MATTER_ID = "https://json.schemastore.org/publisher-confluence-front-matter.json"
_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "number"]},
    "path": {"type": "string"},
    "flag": {"type": "boolean"},
    "count": {"type": "integer", "minimum": 1},
    "seconds": {"type": "number", "minimum": 0},
    "list": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]},
    "table": {"type": "object"},
}


def _property(option: Option) -> dict[str, Any]:
    found: dict[str, Any] = {"description": option.help, **_TYPES[option.kind]}
    if option.choices:
        found = {"description": option.help, "enum": [choice for choice in option.choices if choice]}
    if option.kind == "table" and option.names:
        found["propertyNames"] = {"enum": list(option.names)}
    if option.words:
        found["additionalProperties"] = {"enum": list(option.words)}
    if option.kind == "count" and isinstance(option.default, int):
        found["minimum"] = min(1, option.default)
    if option.default not in ("", (), {}):
        found["default"] = option.default
    return found


def json_schema() -> dict[str, Any]:
    """Draft 2020-12, of publisher.yml."""
    settings = {option.key: _property(option) for option in OPTIONS if option.in_file}
    settings["defaults"]["additionalProperties"] = {"$ref": "#/$defs/confluence"}
    profile = {"type": "object", "properties": settings, "additionalProperties": False}
    profiles = {
        "description": "settings by profile; --profile chooses one",
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/settings"},
    }
    collections = {
        "description": "several trees, each with the settings that are its own; `docs` may be a glob",
        "type": "array",
        "items": {"$ref": "#/$defs/settings"},
    }
    return {
        "$schema": _DRAFT,
        "$id": SETTINGS_ID,
        "title": "publisher.yml",
        "type": "object",
        "properties": {**settings, "profiles": profiles, "collections": collections},
        "additionalProperties": False,
        "$defs": {"settings": profile, "confluence": _confluence()},
    }


_TEXT, _FLAG, _WORD = {"type": "string"}, {"type": "boolean"}, {"type": ["string", "integer"], "minLength": 1}
_NAME = {"type": "string", "pattern": r"^[^/\\\\]+$"}
_TEXTS = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_LABELS = {"anyOf": [_TEXT, {"type": "array", "items": {"type": ["string", "integer"]}}]}
#: Key below `confluence:` → (what it is, its schema). A test holds them against the readers.
_KEYS: dict[str, tuple[str, dict[str, Any]]] = {
    "title": ("title of the page", {"type": ["string", "number"]}),
    "labels": ("labels of the page", _LABELS),
    "order": ("place among the pages beside it", {"type": "number"}),
    "publish": ("false: the document is not published", _FLAG),
    "page_properties": ("rows of a Page Properties table, or names of keys of this front matter", {"type": ["object", "array"]}),
    "table_layout": ("width of tables", {"enum": list(TABLE_LAYOUTS)}),
    "variables": ("values for {{ name }}", {"type": "object"}),
    "properties": ("content properties: JSON by key", {"type": "object"}),
    "width": ("width of the page", {"enum": ["full", "fixed", "max", "default"]}),
    "emoji": ("emoji before the title", _TEXT),
    "page_id": ("id of the page that the document becomes", {"type": ["string", "integer"], "pattern": r"^\d+$"}),
    "type": ("page or blog post", {"enum": ["page", "blogpost"]}),
    "date": ("day of a blog post, YYYY-MM-DD", {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d"}),
    "draft": ("true: the page stays a draft", _FLAG),
    "space": ("key of another space", _WORD),
    "parent": ("another parent: id, URL or title", _WORD),
    "cover": ("address of a header image", {"type": "string", "pattern": "^https://"}),
    "editor": ("editor of the page", {"enum": ["new", "legacy"]}),
    "owner": ("account of the owner", _WORD),
    "edit_lock": ("true: only this account may edit", _FLAG),
    "restrict": (
        "accounts that may view and edit",
        {"type": "object", "properties": {"view": _TEXTS, "edit": _TEXTS}, "additionalProperties": False},
    ),
    "status": (
        "content status",
        {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": 20},
                {
                    "type": "object",
                    "properties": {
                        "name": {"type": "string", "minLength": 1, "maxLength": 20},
                        "colour": {"enum": list(STATUS_COLOUR_NAMES)},
                    },
                    "required": ["name"],
                },
            ]
        },
    ),
    "banner": ("false: no footer", _FLAG),
    "notify": ("true: watchers are notified", _FLAG),
    "attachments": ("files to attach", _TEXTS),
    "attachment_names": (
        "names of attachments: the file's own, or with a digest of its folder; or for single files the name on the page",
        {"anyOf": [{"enum": ["path", "file"]}, {"type": "object", "propertyNames": _NAME, "additionalProperties": _NAME}]},
    ),
    "ignore": ("codes of problems that are meant", {"anyOf": [{"enum": list(CODES)}, {"type": "array", "items": {"enum": list(CODES)}}]}),
}  # fmt: skip


def _confluence() -> dict[str, Any]:
    rows = {name: {"description": text, **found} for name, (text, found) in _KEYS.items()}
    return {"type": "object", "properties": rows, "additionalProperties": False}


def front_matter_schema() -> dict[str, Any]:
    """Draft 2020-12, of the front matter of a document. It belongs to other tools as well: their keys are no error."""
    bare = {name: {"description": _KEYS[name][0], **_KEYS[name][1]} for name in ("title", "labels", "publish", "order")}
    ours = {"description": "what Confluence is told of the page", "$ref": "#/$defs/confluence"}
    return {
        "$schema": _DRAFT,
        "$id": FRONT_MATTER_ID,
        "title": "front matter of a document",
        "type": "object",
        "properties": {**bare, "draft": {"description": "true: the document is not published"}, "confluence": ours},
        "$defs": {"confluence": _confluence()},
    }
