"""The events of both parsers of YAML: libyaml's, which is fast, and ruamel's, which explains."""

from __future__ import annotations

from ruamel.yaml import events as slow
from yaml import events as fast

# Of either parser; their events have the same names and attributes, and no class in common.
DOCUMENTS = (slow.DocumentStartEvent, fast.DocumentStartEvent)
ALIASES = (slow.AliasEvent, fast.AliasEvent)
SCALARS = (slow.ScalarEvent, fast.ScalarEvent)
MAPPINGS = (slow.MappingStartEvent, fast.MappingStartEvent)
LISTS = (slow.SequenceStartEvent, fast.SequenceStartEvent)
ENDS = (slow.CollectionEndEvent, fast.CollectionEndEvent)
