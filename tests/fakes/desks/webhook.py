"""A receiver of Standard Webhooks that recognizes repeated messages by their id."""

from __future__ import annotations

import base64

from standardwebhooks import Webhook, WebhookVerificationError

from tests.fakes.desks.server import KEY, FakeDesk, Request, Response


def webhook(desk: FakeDesk, request: Request) -> Response:
    try:
        event = Webhook(KEY.encode()).verify(request.body, dict(request.headers))
    except WebhookVerificationError:
        return Response({"error": "signature"}, 401)
    key, data = request.headers["webhook-id"], event["data"]
    if event["type"] == "ticket.updated":
        ticket = desk.tickets[data["id"]]
        if key not in ticket.extra:
            ticket.extra[key] = True
            desk.add(ticket, f"{data['text']} [{key}]")
        return Response({"id": ticket.id})
    known = [one for one in desk.tickets.values() if one.extra.get("key") == key]
    if known:
        return Response({"id": known[0].id})
    made = desk.create(
        subject=data["subject"],
        requester=data["requester"]["email"] or "",
        queue=data["queue"],
        priority=data["priority"],
        text=data["text"],
        fields=data["fields"],
        files={file["name"]: base64.b64decode(file["content"]) for file in data["files"]},
        extra={"key": key},
    )
    return made if isinstance(made, Response) else Response({"id": made.id}, 201)
