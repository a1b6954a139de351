"""
The events of both YAML parsers, by the names of their classes, which are equal in both.

libyaml's parser is fast, ruamel's explains errors; the classes share attributes but no base class.
"""

from __future__ import annotations

import re
from typing import Any, Final

from intake.authoring.problems import Place

YamlEvent = Any  # of either parser: it has `start_mark`, `end_mark` and what its name promises
DOCUMENT: Final = "DocumentStartEvent"
ALIAS: Final = "AliasEvent"
SCALAR: Final = "ScalarEvent"
MAPPING: Final = "MappingStartEvent"
LIST: Final = "SequenceStartEvent"
ENDS: Final = frozenset({"MappingEndEvent", "SequenceEndEvent"})

LINE_ENDS: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what the parsers count as lines
# Exceptions, besides their own, that the parsers are known to raise on text that isn't YAML.
STUMBLES: Final = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    OverflowError,
)


def place_of(event: YamlEvent) -> Place:
    """Return the place of an event; of one over several lines, its first character."""
    start, end = event.start_mark, event.end_mark
    length = end.column - start.column if start.line == end.line else 1
    return Place(start.line + 1, start.column + 1, length)
