"""A fake Request Tracker 5.0.3, REST 2: 201 even if it drops fields, 403 for an unknown queue."""

from __future__ import annotations

import base64
import re

from tests.fakes.desks.server import KEY, FakeDesk, FakeTicket, Request, Response

_QUEUES = {"1": "General", "2": "hosting"}


def request_tracker(desk: FakeDesk, request: Request) -> Response:
    if request.headers.get("authorization") != f"token {KEY}":
        return Response({"message": "Unauthorized"}, 401)
    path = request.path.removeprefix("/REST/2.0")
    if path == "/rt":
        return Response({"Version": "5.0.3"})
    if path == "/ticket" and request.method == "POST":
        return _create(desk, request.json())
    if path == "/tickets":
        return _search(desk, request.query["query"])
    if found := re.fullmatch(r"/queue/(\d+)", path):
        return Response({"id": found[1], "Name": _QUEUES.get(found[1], "")})
    if found := re.fullmatch(r"/attachment/(\d+)-(\d+)", path):
        ticket = desk.tickets[found[1]]
        text = ([ticket.text, *ticket.messages])[int(found[2])]
        return Response({"Content": base64.b64encode(text.encode()).decode()})
    if found := re.fullmatch(r"/ticket/(\d+)(/\w+)?", path):
        if found[1] not in desk.tickets:
            return Response({"message": "Not Found"}, 404)
        return _ticket(desk, desk.tickets[found[1]], found[2] or "", request)
    return Response({"message": "Not Found"}, 404)


def _create(desk: FakeDesk, body: dict[str, object]) -> Response:
    if body["Queue"] not in _QUEUES.values():
        return Response({"message": f"No permission to create tickets in {body['Queue']}"}, 403)
    files = {
        one["FileName"]: base64.b64decode(one["FileContent"])
        for one in body.get("Attachments", [])  # type: ignore[attr-defined]
    }
    if any(not name.isascii() for name in files):
        return Response(b"", 500)
    requester = str(body["Requestor"])
    known = {"Intake Ref", "Cause"}
    made = desk.create(
        subject=body["Subject"],
        requester=requester if "@" in requester else "",
        queue=body["Queue"],
        priority=str(body["Priority"]),
        text=body["Content"],
        fields={k: v for k, v in body["CustomFields"].items() if k in known},  # type: ignore[attr-defined]
        files=files,
    )
    return made if isinstance(made, Response) else Response({"id": made.id, "type": "ticket"}, 201)


def _search(desk: FakeDesk, query: str) -> Response:
    likes = re.findall(r"Subject LIKE '([^']+)'", query)
    hits = desk.search(lambda one: any(like in one.subject for like in likes))
    items = [{"id": one.id, "type": "ticket", "Subject": one.subject} for one in hits]
    return Response({"items": items, "total": len(items), "page": 1})


def _ticket(desk: FakeDesk, ticket: FakeTicket, what: str, request: Request) -> Response:
    if what == "/comment":
        desk.add(ticket, request.json()["Content"])
        return Response(["Comments added"], 201)
    if what == "/attachments":
        texts = [
            {"id": f"{ticket.id}-{place}", "Filename": "", "ContentType": "text/plain"}
            for place in range(1 + len(ticket.messages))
        ]
        files = [
            {"id": f"f{place}", "Filename": name, "ContentLength": str(len(content))}
            for place, (name, content) in enumerate(ticket.files.items())
        ]
        return Response({"items": texts + files})
    if request.method == "PUT":
        ticket.state = {"resolved": "solved"}[request.json()["Status"]]
        return Response(["Ticket updated"])
    queue = next((key for key, name in _QUEUES.items() if name == ticket.queue), "1")
    return Response(
        {
            "id": ticket.id,
            "Subject": ticket.subject,
            "Requestor": [{"id": ticket.requester, "type": "user"}] if ticket.requester else [],
            "Queue": {"id": queue, "type": "queue"},
            "Priority": ticket.priority,
            "Status": {"open": "new", "solved": "resolved"}[ticket.state],
            "CustomFields": [
                {"id": "1", "name": name, "values": [value]}
                for name, value in ticket.fields.items()
            ],
        }
    )
