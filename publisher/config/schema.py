"""The JSON Schema of ``publisher.yml``, from the option table: editors complete and check with it."""

from typing import Any

from publisher.config.options import OPTIONS
from publisher.model.options.option import Option

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
    if option.default not in ("", (), {}):
        found["default"] = option.default
    return found


def json_schema() -> dict[str, Any]:
    """Draft 2020-12."""
    settings = {option.key: _property(option) for option in OPTIONS if option.in_file}
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
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "publisher.yml",
        "type": "object",
        "properties": {**settings, "profiles": profiles, "collections": collections},
        "additionalProperties": False,
        "$defs": {"settings": profile},
    }
