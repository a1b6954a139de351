"""What libyaml reads without a word, ruamel reads alike: it makes no difference who read."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from intake.authoring.syntax import yaml_reader
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.checklist_paths import shipped_folder
from tests.authoring.slips import slips

BAD = Path(__file__).parents[1] / "bad_checklists"
TEXTS = {
    **{str(path.name): path.read_bytes() for path in sorted(shipped_folder().rglob("*.yaml"))},
    **{path.name: path.read_bytes() for path in sorted(BAD.glob("*.yaml"))},
    **{slip.name: slip.text.encode() for slip in slips()},
}


def shape(node: Node) -> object:
    """A tree's values, and the places of its keys."""
    return node.plain(), sorted(
        (key, place.line, place.column, shape(below) if (below := node.get(key)) else None)
        for key, place in node.keys.items()
    )


def read(text: str) -> yaml_reader.ParsedYaml:
    return yaml_reader.parse_yaml(text, file="checklist.yaml")


@pytest.mark.skipif(yaml_reader.CSafeLoader is None, reason="libyaml is not installed")  # type: ignore[attr-defined]
@pytest.mark.parametrize(
    "step", [pytest.param(1, marks=pytest.mark.long, id="all"), pytest.param(4, id="every fourth")]
)
def test_both_parsers_read_alike(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Nobody's checklist is judged by which parser this machine has; the slow one takes seconds."""
    texts = {name: data.decode("utf-8", "replace") for name, data in TEXTS.items()}
    assert len(texts) > 400
    chosen = dict(islice(texts.items(), 0, None, step))
    by_fast = {name: read(text) for name, text in chosen.items()}
    monkeypatch.setattr(yaml_reader, "CSafeLoader", None)
    by_slow = {name: read(text) for name, text in chosen.items()}
    for name, fast in by_fast.items():
        slow = by_slow[name]
        assert [str(problem) for problem in fast.problems] == [str(p) for p in slow.problems], name
        if fast.root is None or slow.root is None:
            assert fast.root is slow.root, name
        else:
            assert str(shape(fast.root)) == str(shape(slow.root)), name
