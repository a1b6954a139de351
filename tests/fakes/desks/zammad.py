"""A fake Zammad: names with `expand`, separate articles, searches with a condition."""

from __future__ import annotations

import base64
import re

from tests.fakes.desks.server import KEY, FakeDesk, FakeTicket, Request, Response

_OWN = {"title", "group", "priority", "customer_id", "article"}


def zammad(desk: FakeDesk, request: Request) -> Response:
    if request.headers.get("authorization") != f"Token token={KEY}":
        return Response({"error": "Invalid token!"}, 401)
    path = request.path.removeprefix("/api/v1")
    if path == "/tickets/search":
        ((name, how),) = request.json()["condition"].items()
        assert name == "ticket.title"
        hits = desk.search(lambda one: how["value"] in one.subject)
        return Response([{"id": int(one.id), "title": one.subject} for one in hits])
    if path == "/tickets":
        return _create(desk, request)
    if path == "/ticket_articles":
        body = request.json()
        desk.add(desk.tickets[str(body["ticket_id"])], body["body"])
        return Response({"id": 5}, 201)
    if found := re.fullmatch(r"/ticket_articles/by_ticket/(\d+)", path):
        return Response(_articles(desk.tickets[found[1]]))
    if found := re.fullmatch(r"/tickets/(\d+)", path):
        ticket = desk.tickets.get(found[1])
        if ticket is None:
            return Response({"error": "Couldn't find Ticket"}, 404)
        if request.method == "PUT":
            ticket.state = "solved"
        return Response(_expanded(ticket))
    return Response({"error": "No route"}, 404)


def _create(desk: FakeDesk, request: Request) -> Response:
    body = request.json()
    article = body["article"]
    assert article["type"] == "web"
    made = desk.create(
        subject=body["title"],
        requester=body["customer_id"].removeprefix("guess:"),
        queue=body["group"],
        priority=body["priority"],
        text=article["body"],
        fields={name: value for name, value in body.items() if name not in _OWN},
        files={one["filename"]: base64.b64decode(one["data"]) for one in article["attachments"]},
    )
    return made if isinstance(made, Response) else Response({"id": int(made.id)}, 201)


def _expanded(ticket: FakeTicket) -> dict[str, object]:
    return {
        **ticket.fields,
        "id": int(ticket.id),
        "title": ticket.subject,
        "group": ticket.queue,
        "priority": ticket.priority,
        "customer": ticket.requester,
        "state": {"solved": "closed"}.get(ticket.state, "new"),
    }


def _articles(ticket: FakeTicket) -> list[dict[str, object]]:
    files = [
        {"id": 1, "filename": name, "size": str(len(content))}
        for name, content in ticket.files.items()
    ]
    first: dict[str, object] = {"body": ticket.text, "attachments": files}
    more: list[dict[str, object]] = [
        {"body": message, "attachments": []} for message in ticket.messages
    ]
    return [first, *more]
