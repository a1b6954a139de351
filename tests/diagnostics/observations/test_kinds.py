"""The registry of observation kinds: what is missing there is found at import, by no customer."""

from __future__ import annotations

import pytest

from diagnostics.observations import OBSERVATION_KINDS, for_every_kind
from diagnostics.observations.base import BaseObservation


def test_every_kind_of_observation_may_stand_in_a_report() -> None:
    """A class that is missing in the union `Observation` could be measured and never stored."""
    defined = {kind.model_fields["probe"].default for kind in BaseObservation.__subclasses__()}
    assert set(OBSERVATION_KINDS) == defined
    assert len(OBSERVATION_KINDS) == len(defined)


def test_a_table_without_a_row_for_a_kind_cannot_be_imported() -> None:
    table = dict.fromkeys(OBSERVATION_KINDS, "words")
    assert for_every_kind(table) == table
    del table["tcp"]
    with pytest.raises(TypeError, match="tcp"):
        for_every_kind(table)


def test_a_row_without_a_kind_cannot_be_imported() -> None:
    with pytest.raises(TypeError, match="make_believe"):
        for_every_kind(dict.fromkeys((*OBSERVATION_KINDS, "make_believe"), "words"))
