"""
ruamel's YAML parser, which explains why a text can't be read.

Imported only after libyaml's parser has stopped, so that valid files don't wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from intake.authoring.messages import Phrase, phrase
from intake.authoring.problems import Place
from intake.authoring.syntax.yaml_events import LINE_ENDS, STUMBLES, YamlEvent
from intake.authoring.syntax.yaml_repair import Stop


class Unreadable(NamedTuple):
    """The place from which on a text isn't YAML, and the message."""

    place: Place
    words: Phrase


def events_of(text: str) -> Iterator[YamlEvent | Stop | Unreadable]:
    """Yield the parser's events; if reading stops early, the last item says why."""
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        yield Stop.of(error)
    except YAMLError as error:
        yield Unreadable(_place_of(error, text), phrase("character"))
    except STUMBLES:
        yield Unreadable(Place(1, 1), phrase("not-yaml"))


def _place_of(error: YAMLError, text: str) -> Place:
    """Return the place of a character that YAML doesn't allow."""
    position = getattr(error, "position", 0)
    before = text[: position if isinstance(position, int) else 0]
    ends = list(LINE_ENDS.finditer(before))
    return Place(len(ends) + 1, len(before) - (ends[-1].end() if ends else 0) + 1)
