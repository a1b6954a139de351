"""The keys that a model has as an author writes them, and the models below them."""

from __future__ import annotations

from typing import Any, get_args, get_origin

from pydantic import BaseModel

from intake.journey.model import Head, KeyPath, SectionHead


def keys_at(model: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys of the model that a path leads to."""
    is_name = False
    for part in path:
        # Below a mapping by name the name is no key of ours.
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
    """The model that a field's annotation names, on its own or as a part."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        if (model := model_in(part)) is not None:
            return model
    return None
