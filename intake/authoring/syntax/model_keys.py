"""The keys of a model as authors write them, and the models of its fields."""

from __future__ import annotations

from typing import Any, get_args, get_origin

from pydantic import BaseModel

from intake.journey.model import Head, KeyPath, SectionHead


def keys_at(model: type[BaseModel], path: KeyPath) -> list[str]:
    """Return the keys of the model that a path leads to; none if it leads to no model."""
    is_name = False
    for part in path:
        # In a mapping by name, the next part of the path is an author's name, not a key.
        if not isinstance(part, str) or is_name:
            is_name = False
            continue
        info = next((f for f in model.model_fields.values() if part == f.alias), None)
        is_name = info is not None and get_origin(info.annotation) is dict
        inner = model_in(info.annotation) if info else None
        if inner is None:
            return []
        model = inner
    keys = [info.alias or name for name, info in model.model_fields.items()]
    return [*keys, "steps"] if issubclass(model, Head | SectionHead) else keys


def model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401  any annotation
    """Return the model in a field's annotation, itself or as an argument; None without one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        if (model := model_in(part)) is not None:
            return model
    return None
