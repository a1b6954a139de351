"""Fakes of Zendesk, Freshdesk, UseDesk and Omnidesk, and of Telegram and Mattermost."""

from __future__ import annotations

import base64
import html
import re
from typing import Any

from tests.fakes.desks.server import KEY, FakeDesk, FakeTicket, Request, Response


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def zendesk(desk: FakeDesk, request: Request) -> Response:
    if request.headers.get("authorization") != _basic("robot@hoster.example/token", KEY):
        return Response({"error": "Couldn't authenticate you"}, 401)
    path = request.path.removeprefix("/api/v2")
    if path == "/uploads.json":
        token = f"u{len(desk.uploads) + 1}"
        desk.uploads[token] = (request.query["filename"], request.body)
        return Response({"upload": {"token": token}}, 201)
    if path == "/tickets.json" and request.method == "GET":
        wanted = request.query["external_id"]
        hits = desk.search(lambda one: one.extra.get("external_id") == wanted)
        return Response({"tickets": [_zendesk_ticket(one) for one in hits]})
    if path == "/tickets.json":
        return _zendesk_create(desk, request)
    match = re.fullmatch(r"/tickets/(\d+)(/comments)?\.json", path)
    ticket = desk.tickets.get(match[1]) if match else None
    if match is None or ticket is None:
        return Response({"error": "RecordNotFound"}, 404)
    if match[2]:
        files = [{"file_name": name, "size": len(data)} for name, data in ticket.files.items()]
        comments: list[dict[str, Any]] = [{"body": ticket.text, "attachments": files}]
        return Response({"comments": [*comments, *({"body": one} for one in ticket.messages)]})
    if request.method == "PUT":
        change = request.json()["ticket"]
        if "comment" in change:
            desk.add(ticket, change["comment"]["body"])
        else:
            ticket.state = "solved"
    users = [{"id": 9, "email": ticket.requester}]
    groups = [{"id": 1, "name": ticket.queue}]
    return Response({"ticket": _zendesk_ticket(ticket), "users": users, "groups": groups})


def _zendesk_create(desk: FakeDesk, request: Request) -> Response:
    body = request.json()["ticket"]
    made = desk.create(
        subject=body["subject"],
        requester=body["requester"]["email"],
        queue=str(body.get("group_id", "hosting")),
        priority=body["priority"],
        text=body["comment"]["body"],
        fields={str(one["id"]): one["value"] for one in body["custom_fields"]},
        files=dict(desk.uploads[token] for token in body["comment"]["uploads"]),
        extra={"external_id": body["external_id"]},
    )
    return made if isinstance(made, Response) else Response({"ticket": {"id": int(made.id)}}, 201)


def _zendesk_ticket(ticket: FakeTicket) -> dict[str, Any]:
    return {
        "id": int(ticket.id),
        "external_id": ticket.extra.get("external_id"),
        "subject": ticket.subject,
        "requester_id": 9,
        "group_id": 1,
        "priority": ticket.priority,
        "status": ticket.state,
        "custom_fields": [{"id": int(k), "value": v} for k, v in ticket.fields.items()],
    }


def freshdesk(desk: FakeDesk, request: Request) -> Response:
    if request.headers.get("authorization") != _basic(KEY, "X"):
        return Response({"code": "invalid_credentials", "message": "Wrong key"}, 401)
    path, form = request.path.removeprefix("/api/v2"), request.form
    if path == "/tickets":
        fields = {
            name.removeprefix("custom_fields[").rstrip("]"): value
            for name, value in form.items()
            if name.startswith("custom_fields[")
        }
        made = desk.create(
            subject=form["subject"],
            requester=form["email"],
            queue=form.get("group_id", ""),
            priority=form["priority"],
            text=_unmarked(form["description"]),
            fields=fields,
            files={name: content for _, name, content in request.files},
            extra={"tag": form["tags[]"]},
        )
        return made if isinstance(made, Response) else Response({"id": int(made.id)}, 201)
    if path == "/search/tickets":
        wanted = re.search(r"tag:'(.+)'", request.query["query"])
        assert wanted is not None
        hits = desk.search(lambda one: one.extra.get("tag") == wanted[1])
        found = [{"id": int(one.id), "subject": one.subject} for one in hits]
        return Response({"results": found})
    if path == "/agents/7":
        return Response({"contact": {"name": "Olga Petrova"}})
    match = re.fullmatch(r"/tickets/(\d+)(/notes|/conversations)?", path)
    ticket = desk.tickets.get(match[1]) if match else None
    if match is None or ticket is None:
        return Response(b"", 404)
    if match[2] == "/conversations":
        begins = (int(request.query["page"]) - 1) * int(request.query["per_page"])
        return Response(ticket.said[begins : begins + int(request.query["per_page"])])
    if match[2]:
        desk.add(ticket, _unmarked(form["body"]))
        return Response({"id": 1}, 201)
    if request.method == "PUT":
        ticket.state = "solved"
    return Response(
        {
            "id": int(ticket.id),
            "subject": ticket.subject,
            "requester": {"email": ticket.requester},
            "group_id": ticket.queue,
            "priority": ticket.priority,
            "status": 4 if ticket.state == "solved" else 2,
            "custom_fields": ticket.fields,
            "description_text": ticket.text,
            "attachments": [{"name": k, "size": len(v)} for k, v in ticket.files.items()],
            "conversations": [{"body_text": one} for one in ticket.messages],
        }
    )


def _unmarked(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", text.replace("<br>", "\n")))


def usedesk(desk: FakeDesk, request: Request) -> Response:
    form = request.form
    if form.get("api_token") != KEY:
        return Response({"error": "Invalid api_token", "code": 115})
    if request.path == "/create/ticket":
        names, values = form.get("field_id", ""), form.get("field_value", "")
        fields = dict(zip(names.split(";"), values.split(";"), strict=True)) if names else {}
        made = desk.create(
            subject=form["subject"],
            requester=form["client_email"],
            queue=form.get("group_id", ""),
            priority=form["priority"],
            text=form["message"],
            fields=fields,
            files={name: content for _, name, content in request.files},
            extra={"additional_id": form["additional_id"]},
        )
        if isinstance(made, Response):
            return Response({"error": made.body["message"], "code": 112})
        return Response({"status": "success", "ticket_id": int(made.id)})
    if request.path == "/tickets":
        hits = desk.search(lambda _: True)
        return Response([{"id": int(one.id), "subject": one.subject} for one in hits])
    ticket = desk.tickets.get(form["ticket_id"])
    if ticket is None:
        return Response({"error": "Ticket not found", "code": 111})
    if request.path == "/create/comment":
        desk.add(ticket, form["message"])
    if request.path == "/update/ticket":
        ticket.state = "solved"
    comments: list[dict[str, Any]] = [
        {"id": "1", "message": ticket.text, "files": [{"name": name} for name in ticket.files]}
    ]
    comments += [{"id": str(i), "message": one} for i, one in enumerate(ticket.messages, 2)]
    comments += ticket.said
    return Response(
        {
            "ticket": {
                "id": ticket.id,
                "subject": ticket.subject,
                "additional_id": ticket.extra.get("additional_id"),
                "status_id": "2" if ticket.state == "solved" else "8",
                "priority": ticket.priority,
                "group": ticket.queue,
            },
            "comments": comments[::-1],
            "fields": [{"ticket_field_id": k, "value": v} for k, v in ticket.fields.items()],
        }
    )


def omnidesk(desk: FakeDesk, request: Request) -> Response:
    if request.headers.get("authorization") != _basic("robot@hoster.example", KEY):
        return Response({"error": "authentication failed"}, 401)
    path, form = request.path, request.form
    if path == "/api/cases.json" and request.method == "POST":
        fields = {
            name.removeprefix("case[custom_fields][").rstrip("]"): value
            for name, value in form.items()
            if name.startswith("case[custom_fields]")
        }
        made = desk.create(
            subject=form["case[subject]"],
            requester=form["case[user_email]"],
            queue=form.get("case[group_id]", ""),
            priority=form["case[priority]"],
            text=form["case[content]"],
            fields=fields,
            files={name: content for _, name, content in request.files},
        )
        if isinstance(made, Response):
            return made
        return Response({"case": {"case_id": int(made.id)}}, 201)
    if path == "/api/cases.json":
        hits = desk.search(lambda one: request.query["subject"] in one.subject)
        listed: dict[str, Any] = {
            str(place): {"case": {"case_id": int(one.id), "subject": one.subject}}
            for place, one in enumerate(hits)
        }
        return Response({**listed, "total_count": len(hits)})
    if match := re.fullmatch(r"/api/users/(\d+)\.json", path):
        return Response({"user": {"user_email": desk.tickets[match[1]].requester}})
    if path == "/api/staff/7.json":
        return Response({"staff": {"staff_full_name": "Olga Petrova"}})
    match = re.fullmatch(r"/api/cases/(\d+)(/\w+)?\.json", path)
    ticket = desk.tickets.get(match[1]) if match else None
    if match is None or ticket is None:
        return Response({"error": "not found"}, 404)
    if match[2] == "/note":
        desk.add(ticket, form["note[content]"])
        return Response({}, 201)
    if match[2] == "/messages":
        files = [{"file_name": k, "file_size": len(v)} for k, v in ticket.files.items()]
        first: dict[str, Any] = {"content": ticket.text, "attachments": files}
        parts = [first, *({"content": one} for one in ticket.messages), *ticket.said]
        return Response({str(place): {"message": one} for place, one in enumerate(parts)})
    if request.method == "PUT":
        ticket.state = "solved"
    return Response(
        {
            "case": {
                "case_id": int(ticket.id),
                "subject": ticket.subject,
                "user_id": int(ticket.id),
                "group_id": ticket.queue,
                "priority": ticket.priority,
                "status": "closed" if ticket.state == "solved" else "open",
                "custom_fields": ticket.fields,
            }
        }
    )


def telegram(desk: FakeDesk, request: Request) -> Response:
    if request.path != f"/bot{KEY}/sendMessage":
        return Response({"ok": False, "description": "Unauthorized"}, 401)
    return _notice(desk, request.json()["text"], telegram=True)


def mattermost(desk: FakeDesk, request: Request) -> Response:
    if request.path != f"/hooks/{KEY}":
        return Response({"message": "Invalid webhook"}, 400)
    return _notice(desk, request.json()["text"], telegram=False)


def _notice(desk: FakeDesk, text: str, *, telegram: bool) -> Response:
    lines = text.strip("`\n").splitlines()
    made = desk.create(subject=lines[0], text=text)
    if isinstance(made, Response):
        return made
    return Response({"ok": True, "result": {"message_id": int(made.id)}} if telegram else b"ok")
