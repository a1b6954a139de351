"""Each kind of desk with its fake: what an operator would write, and what the fake speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from intake.delivery import Desk
from intake.delivery.configuration import KINDS
from tests.fakes.desks.server import KEY, Dialect, FakeDesk
from tests.fakes.desks.webhook import webhook

BASE_URL = "https://help.hoster.example"


@dataclass(frozen=True)
class DeskCase:
    """
    One kind of desk. `key` is where its secret stands among the options.

    `shows` are the parts of a ticket that can be read back there. `queue`, `priority`, `field` are
    its own names for ours.
    """

    kind: str
    dialect: Dialect
    key: str = "token"
    options: Mapping[str, Any] = field(default_factory=dict)
    shows: frozenset[str] = frozenset()
    queue: str = "hosting"
    priority: str = "normal"
    cause_field: str = ""

    def desk(self, fake: FakeDesk, **changes: Any) -> Desk:
        """The desk as it would be read from the file."""
        entry = KINDS[self.kind]
        module = import_module(f"intake.delivery.desks.{entry.module}")
        written = {"kind": self.kind, "url": fake.url, self.key: KEY, **self.options, **changes}
        options = getattr(module, entry.options).model_validate(written)
        desk: Desk = getattr(module, entry.desk)("desk", options, BASE_URL)
        return desk


ALL = frozenset({"requester", "queue", "priority", "field", "files", "text", "messages"})

CASES = (
    DeskCase(
        "webhook",
        webhook,
        key="secret",
        options={"fields": {"cause": "cause"}},
        cause_field="cause",
    ),
)
