"""
The checklist language as a JSON Schema (draft-07), for completion and errors in editors.

It is generated from the models, so it can't become outdated. Editors read YAML by YAML's own rules,
where `404` is a number; the checklist reader takes it for a string. The schema allows both.
"""

from __future__ import annotations

import json
from typing import Any, Final, get_args

from intake.authoring.required_items import RECORDS
from intake.journey.conditions import UNKNOWN
from intake.journey.kinds import kinds_with
from intake.journey.model import ID_PATTERN, Head, Priority, SectionHead
from intake.journey.relations import RELATIONS
from intake.journey.steps import STEP_MODELS
from intake.journey.support_desk import SupportDesk

DIALECT: Final = "http://json-schema.org/draft-07/schema#"
_EXPLAINED: Final = "Explained in docs/checklists.md"
Schema = dict[str, Any]

_NUMBER_WORD: Final = r"^-?\d+(\.\d+)?$"
# The limit of a duration may have a unit: `2 hours`.
_LIMIT_WORD: Final = (
    r"^-?\d+(\.\d+)?( ?(min|minutes?|h|hours?|d|days?"
    r"|мин|минут[аы]?|ч|час|часа|часов|день|дня|дней|суток))?$"
)
_PARAMETER: Final = "<[a-z0-9][a-z0-9_-]{0,63}>"  # replaced by a value of the section's `use`
_LIMITS: Final = ("from", "to")
_SCALAR: Final[Schema] = {"type": ["string", "number", "boolean"]}
_LEFT: Final = r"^[a-z0-9<][a-z0-9_<>-]{0,63}(\.[a-z0-9-]+)?$"
_NAMED: Final = {"$ref": "#/definitions/Condition"}


def checklist_schema() -> Schema:
    """Return the schema of a checklist's file."""
    return _file(Head, "A checklist: its head, its steps, and where the ticket goes")


def section_schema() -> Schema:
    """Return the schema of a section's file, where `<name>` stands for a value of `use`."""
    schema = _file(SectionHead, "A section: steps that several checklists share")
    made: Schema = _with_parameters(schema)
    return made


def desk_schema() -> Schema:
    """Return the schema of `desk.yaml`, a department's declarations for its checklists."""
    definitions: Schema = {}
    root = _model(SupportDesk, definitions)
    root |= {"title": "What a department declares", "description": _EXPLAINED}
    return {"$schema": DIALECT, **root, "definitions": definitions}


def schema_text(schema: Schema) -> str:
    """Return a schema as JSON; equal schemas give equal texts."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _file(head: type[Head | SectionHead], title: str) -> Schema:
    definitions: Schema = {"Condition": _condition(), "Step": _step()}
    root = _model(head, definitions)
    for name, model in STEP_MODELS.items():
        definitions[_name_of(name)] = _model(model, definitions) | {"title": f"{name}: a step"}
    _add_lint_rules(definitions)
    steps: Schema = {
        "type": "array",
        "minItems": 1,
        "items": {"$ref": "#/definitions/Step"},
        "description": "what the customer is asked, told and measured, from top to bottom",
    }
    root["properties"]["steps"] = steps
    root["required"] = [*root["required"], "steps"]
    root |= {"title": title, "description": _EXPLAINED}
    return {"$schema": DIALECT, **root, "definitions": definitions}


def _name_of(word: str) -> str:
    return STEP_MODELS[word].__name__


def _model(model: type[Any], definitions: Schema) -> Schema:
    """Return a model's schema; the models that it refers to are added to the definitions."""
    raw = model.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")
    for name, inner in raw.pop("$defs", {}).items():
        # JsonValue allows anything, which is the same as no reference.
        if name != "JsonValue":
            definitions.setdefault(name, _draft_07(inner))
    made: Schema = _draft_07(raw)
    return made


def _draft_07(raw: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Convert a part of pydantic's schema to draft-07, without its generated titles."""
    if isinstance(raw, list):
        return [_draft_07(value) for value in raw]
    if not isinstance(raw, dict):
        return raw
    if raw.get("$ref") == "#/definitions/JsonValue":
        raw = {key: value for key, value in raw.items() if key != "$ref"}
    made = {
        key: _draft_07(value) for key, value in raw.items() if key not in ("title", "properties")
    }
    if "properties" in raw:
        properties = raw["properties"].items()
        made["properties"] = {key: _property(key, _draft_07(value)) for key, value in properties}
    if "patternProperties" in raw:
        # pydantic gives a dict only `patternProperties`, which by itself allows any other key.
        made["additionalProperties"] = False
    return _widened(made)


def _widened(made: Schema) -> Schema:
    """Let a string be a number, as editors read `404`, and a number be a string of digits."""
    match made.get("type"):
        case "string" if "pattern" not in made and "enum" not in made:
            return made | {"type": ["string", "number"]}
        case "number" | "integer":
            word = {"type": "string", "pattern": _NUMBER_WORD}
            described: Schema = {
                key: made.pop(key) for key in ("description", "default") if key in made
            }
            return {"anyOf": [made, word], **described}
    return made


def _limit(made: Schema) -> Schema:
    return made | {"pattern": _LIMIT_WORD} if made.get("pattern") == _NUMBER_WORD else made


def _property(key: str, raw: Schema) -> Schema:
    """Convert a key's schema: no null, conditions by reference, its description kept."""
    # Such a default means that the key is missing, which doesn't help an author.
    if raw.get("default", ...) in (None, {}, []):
        raw = {name: value for name, value in raw.items() if name != "default"}
    kinds = [value for value in raw.get("anyOf", []) if value != {"type": "null"}]
    if key in _LIMITS:
        kinds = [_limit(value) for value in kinds]
    if len(kinds) == 1:
        raw = {name: value for name, value in raw.items() if name != "anyOf"} | kinds[0]
    elif kinds:
        raw = raw | {"anyOf": kinds}
    if key == "conditions":
        names = raw["patternProperties"]
        return raw | {"patternProperties": dict.fromkeys(names, _NAMED)}
    if key in ("show-if", "when"):
        return {"description": raw["description"], "allOf": [_NAMED]}
    if "$ref" in raw and len(raw) > 1:  # draft-07 ignores the siblings of a reference
        raw = {"allOf": [{"$ref": raw.pop("$ref")}], **raw}
    if raw.get("type") == "array" and raw.get("items", {}).get("pattern") == ID_PATTERN:
        # An editor offers these; a checklist may name more under `must-have`.
        items = raw["items"] | ({"examples": _record_items()} if key == "record" else {})
        listed = {"type": "array", "items": items}
        return {"description": raw["description"], "anyOf": [items, listed]}
    return raw


def _record_items() -> list[str]:
    return sorted({item.id for items in RECORDS.values() for item in items})


def _condition() -> Schema:
    """Return the schema of a condition: mappings mean "all", lists mean "any"; both nest."""
    mapping: Schema = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": _LEFT},
        "properties": {
            "all": _several("holds when all of these do"),
            "any": _several("holds when at least one of these does"),
            "not": {"description": "holds when this doesn't", "allOf": [_NAMED]},
        },
        "additionalProperties": {
            "anyOf": [
                _SCALAR,
                {"type": "array", "minItems": 1, "items": _SCALAR},
                _relation(),
            ],
            "description": 'one value, a list of values, a range (500-599, "< 3"), unknown, or '
            "another answer that it is compared with",
        },
    }
    return {
        "description": "`{step: answer}`, `{check.fact: value}`; a list holds when any of it does",
        "anyOf": [
            mapping,
            {"type": "array", "minItems": 1, "items": _NAMED},
            {"type": "string", "pattern": ID_PATTERN, "description": "one of `conditions`"},
        ],
    }


def _relation() -> Schema:
    side: Schema = {"type": "string", "pattern": _LEFT}
    number: Schema = {
        "type": ["number", "string"],
        "exclusiveMinimum": 0,
        "pattern": r"^[0-9]*\.?[0-9]+$",
    }
    operand: Schema = {"anyOf": [number, side]}
    return {
        "type": "object",
        "minProperties": 1,
        "properties": {
            **{word: {"description": f"{word} this one", **side} for word in RELATIONS},
            "times": {"description": "the one compared with, times this", **number},
            "plus": {"description": "and this added to it; minutes to a time", **operand},
            "minus": {"description": "and this taken from it; minutes from a time", **operand},
        },
        "additionalProperties": False,
    }


def _several(description: str) -> Schema:
    return {
        "description": description,
        "anyOf": [_NAMED, {"type": "array", "minItems": 1, "items": _NAMED}],
    }


def _step() -> Schema:
    """Return the schema of a step: exactly one of the step words selects its model."""
    words = list(STEP_MODELS)
    return {
        "type": "object",
        "description": f"a step begins with one of {', '.join(words)}",
        "properties": {word: {"description": STEP_MODELS[word].__doc__} for word in words},
        "oneOf": [{"required": [word]} for word in words],
        "allOf": [
            {"if": {"required": [word]}, "then": {"$ref": f"#/definitions/{_name_of(word)}"}}
            for word in words
        ],
    }


def _add_lint_rules(definitions: Schema) -> None:
    """Add rules that the models leave to the lint, as far as a schema can express them."""
    has_choices = _is("kind", *kinds_with("choices"))
    filled: Schema = {"required": ["choices"], "properties": {"choices": {"minProperties": 2}}}
    definitions["Ask"]["allOf"] = [
        {"if": has_choices, "then": filled, "else": {"properties": {"choices": False}}},
        {"if": _is("if-measured", "note"), "then": {"required": ["answer-from"]}},
        {"if": {"required": ["unit"]}, "then": _is("kind", *kinds_with("unit"))},
    ]
    ask = definitions["Ask"]["properties"]
    # One item may stand without a list.
    ask["needs"]["patternProperties"] = {
        names: {"anyOf": [needed["items"], needed]}
        for names, needed in ask["needs"]["patternProperties"].items()
    }
    # Conditions read `unknown` as "not answered", so no choice may have that name.
    ask["choices"]["propertyNames"] = {"not": {"enum": [UNKNOWN]}}
    rows = {"items": {"allOf": [{"$ref": "#/definitions/Row"}, {"required": ["when", "is"]}]}}
    # The first of the two is the name of a fact, the second the list of rows.
    ask["answer-from"]["oneOf"][1] |= rows
    bounds = ("from", "to", "pattern")
    definitions["Accept"]["anyOf"] = [{"required": [bound]} for bound in bounds]
    definitions["End"]["allOf"] = [{"if": _is("end", "solved"), "then": {"required": ["text"]}}]
    row = definitions["Row"]
    row["oneOf"] = [{"required": ["when", "is"]}, {"required": ["otherwise"]}]
    row["dependencies"] = {"when": ["is"], "is": ["when"]}
    rules = definitions.get("TicketRules", {"properties": {}})["properties"]
    for table, words in (("priority", list(get_args(Priority))), ("queue", None)):
        if table in rules:
            rules[table]["contains"] = {"required": ["otherwise"]}
            gives: Schema = {"type": ["string", "number"], "minLength": 1}
            if words:  # editors suggest these; a department may declare its own
                gives = {"anyOf": [{"enum": words}, {"type": "string", "pattern": ID_PATTERN}]}
            row_gives = {"properties": {"is": gives, "otherwise": gives}}
            rules[table]["items"] = {"allOf": [rules[table]["items"], row_gives]}


def _is(key: str, *words: str) -> Schema:
    return {"required": [key], "properties": {key: {"enum": list(words)}}}


def _with_parameters(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Let `<name>` stand wherever the schema has a pattern for a name."""
    if isinstance(schema, list):
        return [_with_parameters(value) for value in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _with_parameters(value) for key, value in schema.items()}
    pattern = made.get("pattern")
    # The pattern of left sides allows the angle brackets already.
    if isinstance(pattern, str) and pattern != _LEFT:
        made["pattern"] = f"{pattern}|{_PARAMETER}"
    return made
