"""A fake Redmine 5: uploads before the issue, and a 422 that says what is missing."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.desks.server import KEY, FakeDesk, FakeTicket, Request, Response

_PRIORITIES = {"1": "Low", "2": "Normal", "3": "High", "4": "Urgent"}


def redmine(desk: FakeDesk, request: Request) -> Response:
    if request.headers.get("x-redmine-api-key") != KEY:
        return Response(b"", 401)
    if request.path == "/uploads.json":
        token = f"{len(desk.uploads) + 1}.abc"
        desk.uploads[token] = (request.query["filename"], request.body)
        return Response({"upload": {"token": token}}, 201)
    if request.path == "/enumerations/issue_priorities.json":
        values = [{"id": int(key), "name": name} for key, name in _PRIORITIES.items()]
        return Response({"issue_priorities": values})
    if request.path == "/projects/7.json":
        return Response({"project": {"id": 7, "identifier": "hosting"}})
    if request.path == "/issues.json":
        return _create(desk, request) if request.method == "POST" else _search(desk, request)
    if found := re.fullmatch(r"/issues/(\d+)\.json", request.path):
        ticket = desk.tickets.get(found[1])
        return Response(b"", 404) if ticket is None else _issue(desk, ticket, request)
    return Response(b"", 404)


def _create(desk: FakeDesk, request: Request) -> Response:
    issue = request.json()["issue"]
    if not issue.get("subject"):
        return Response({"errors": ["Subject cannot be blank"]}, 422)
    made = desk.create(
        subject=issue["subject"],
        queue=issue["project_id"],
        priority=_PRIORITIES.get(str(issue.get("priority_id", "")), "Low"),
        text=issue["description"],
        fields={str(one["id"]): one["value"] for one in issue["custom_fields"]},
        files={one["filename"]: desk.uploads[one["token"]][1] for one in issue["uploads"]},
    )
    return made if isinstance(made, Response) else Response({"issue": {"id": int(made.id)}}, 201)


def _search(desk: FakeDesk, request: Request) -> Response:
    subject = request.query.get("subject", "").removeprefix("~")
    assert request.query["status_id"] == "*"
    hits = desk.search(lambda one: subject in one.subject)
    return Response({"issues": [{"id": int(one.id), "subject": one.subject} for one in hits]})


def _issue(desk: FakeDesk, ticket: FakeTicket, request: Request) -> Response:
    if request.method == "PUT":
        issue = request.json()["issue"]
        if "status_id" in issue:
            ticket.state = "solved"
        if "notes" in issue:
            desk.add(ticket, issue["notes"])
        return Response(b"", 204)
    priority: dict[str, Any] = {"name": ticket.priority}
    return Response(
        {
            "issue": {
                "id": int(ticket.id),
                "subject": ticket.subject,
                "description": ticket.text,
                "project": {"id": 7, "name": "Web hosting" if ticket.queue else "Inbox"}
                if ticket.queue
                else {"id": 1, "name": "Inbox"},
                "priority": priority,
                "custom_fields": [
                    {"id": int(name), "name": "x", "value": value}
                    for name, value in ticket.fields.items()
                ],
                "attachments": [
                    {"filename": name, "filesize": len(content)}
                    for name, content in ticket.files.items()
                ],
                "journals": [{"notes": one} for one in ticket.messages],
                "closed_on": "2026-11-29T12:00:00Z" if ticket.state == "solved" else None,
            }
        }
    )
