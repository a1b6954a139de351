"""Each kind of desk with its fake: what an operator would write, and what the fake speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from intake.delivery import Desk
from intake.delivery.configuration import KINDS
from tests.fakes.desks.clouds import (
    freshdesk,
    mattermost,
    omnidesk,
    telegram,
    usedesk,
    zendesk,
)
from tests.fakes.desks.helpdesks import freescout, glpi, jira, osticket, znuny
from tests.fakes.desks.panels import billmanager, hostbill, whmcs
from tests.fakes.desks.redmine import redmine
from tests.fakes.desks.request_tracker import request_tracker
from tests.fakes.desks.server import KEY, Dialect, FakeDesk
from tests.fakes.desks.webhook import webhook
from tests.fakes.desks.zammad import zammad

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
        written = {"kind": self.kind, "url": fake.url, self.key: KEY, **self.options, **changes}
        return desk_from_file(written)


def desk_from_file(written: Mapping[str, Any]) -> Desk:
    """The desk `desk` as it would be read from the file."""
    entry = KINDS[written["kind"]]
    module = import_module(f"intake.delivery.desks.{entry.module}")
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
    DeskCase(
        "request-tracker",
        request_tracker,
        options={"fields": {"cause": "Cause"}},
        shows=ALL,
        priority="50",
        cause_field="Cause",
    ),
    DeskCase(
        "redmine",
        redmine,
        key="key",
        options={"fields": {"cause": "3"}},
        shows=ALL - {"requester"},
        priority="Normal",
        cause_field="3",
    ),
    DeskCase(
        "zammad",
        zammad,
        options={"fields": {"cause": "intake_cause"}},
        shows=ALL,
        priority="2 normal",
        cause_field="intake_cause",
    ),
    DeskCase(
        "znuny",
        znuny,
        key="password",
        options={"user": "robot", "fields": {"cause": "IntakeCause"}},
        shows=ALL,
        priority="3 normal",
        cause_field="IntakeCause",
    ),
    DeskCase(
        "whmcs",
        whmcs,
        key="secret",
        options={"identifier": "id", "queues": {"hosting": 2}, "fields": {"cause": 7}},
        shows=ALL - {"field"},
        queue="2",
        priority="Medium",
        cause_field="7",
    ),
    DeskCase(
        "freescout",
        freescout,
        key="key",
        options={"user": 1, "queues": {"hosting": 3}, "fields": {"cause": 7}},
        shows=ALL - {"priority"},
        queue="3",
        cause_field="7",
    ),
    DeskCase("osticket", osticket, key="key", options={"queues": {"hosting": 4}}),
    DeskCase(
        "zendesk",
        zendesk,
        options={"user": "robot@hoster.example", "fields": {"cause": 360001}},
        shows=ALL,
        cause_field="360001",
    ),
    DeskCase(
        "freshdesk",
        freshdesk,
        key="key",
        options={"queues": {"hosting": 5}, "fields": {"cause": "cf_cause"}},
        shows=ALL,
        queue="5",
        priority="2",
        cause_field="cf_cause",
    ),
    DeskCase(
        "usedesk",
        usedesk,
        options={"queues": {"hosting": 5}, "fields": {"cause": 19}},
        shows=ALL - {"requester"},
        queue="5",
        priority="medium",
        cause_field="19",
    ),
    DeskCase(
        "omnidesk",
        omnidesk,
        key="key",
        options={
            "user": "robot@hoster.example",
            "queues": {"hosting": 5},
            "fields": {"cause": "cf_25"},
        },
        shows=ALL,
        queue="5",
        cause_field="cf_25",
    ),
    DeskCase(
        "billmanager",
        billmanager,
        key="password",
        options={"user": "robot", "client": 12, "queues": {"hosting": 3}},
        shows=frozenset({"queue", "text", "messages"}),
        queue="3",
    ),
    DeskCase(
        "hostbill",
        hostbill,
        key="api_key",
        options={"api_id": "1", "queues": {"hosting": 3}},
        shows=ALL - {"field"},
        queue="3",
        priority="1",
    ),
    DeskCase(
        "glpi",
        glpi,
        key="user_token",
        options={"queues": {"hosting": 3}},
        shows=ALL - {"field"},
        queue="3",
        priority="3",
    ),
    DeskCase(
        "jira",
        jira,
        options={
            "service_desk": 1,
            "closed_transition": 31,
            "queues": {"hosting": 10},
            "fields": {"cause": "customfield_10010"},
        },
        shows=ALL - {"queue", "requester"},
        queue="10",
        priority="Medium",
        cause_field="customfield_10010",
    ),
    DeskCase("telegram", telegram, options={"chat": "-100"}),
    DeskCase("mattermost", mattermost, key="key"),
)
