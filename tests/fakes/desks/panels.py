"""Fakes of WHMCS, HostBill and BILLmanager: one URL, form data, errors with status 200."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from tests.fakes.desks.server import KEY, FakeDesk, FakeTicket, Request, Response


def whmcs(desk: FakeDesk, request: Request) -> Response:
    form = request.form
    if form.get("secret") != KEY or request.path != "/includes/api.php":
        return Response({"result": "error", "message": "Authentication Failed"}, 403)
    match form["action"]:
        case "OpenTicket":
            made = desk.create(
                subject=form["subject"],
                requester=form["email"],
                queue=form["deptid"],
                priority=form["priority"],
                text=form["message"],
                fields=_php(form.get("customfields", "")),
                files=_whmcs_files(form),
            )
            if isinstance(made, Response):
                return Response({"result": "error", "message": made.body["message"]})
            return Response({"result": "success", "id": int(made.id), "tid": "ABC-1", "c": "x"})
        case "GetTickets":
            hits = desk.search(lambda one: form["subject"] in one.subject)
            found = [{"id": int(one.id), "subject": one.subject} for one in hits]
            return Response({"result": "success", "tickets": {"ticket": found}})
    ticket = desk.tickets.get(form["ticketid"])
    if ticket is None:
        return Response({"result": "error", "message": "Ticket ID Not Found"})
    match form["action"]:
        case "GetTicket":
            return Response(_whmcs_ticket(ticket))
        case "GetTicketNotes":
            notes = [{"noteid": 1, "message": one} for one in ticket.messages]
            return Response({"result": "success", "notes": {"note": notes}})
        case "AddTicketNote":
            desk.add(ticket, form["message"])
        case "UpdateTicket":
            ticket.state = "solved"
    return Response({"result": "success", "ticketid": ticket.id})


def _whmcs_ticket(ticket: FakeTicket) -> dict[str, Any]:
    files = [{"filename": name, "index": place} for place, name in enumerate(ticket.files)]
    return {
        "result": "success",
        "ticketid": int(ticket.id),
        "deptid": ticket.queue,
        "deptname": "Hosting" if ticket.queue else "",
        "subject": ticket.subject,
        "requestor_email": ticket.requester,
        "priority": ticket.priority,
        "status": "Closed" if ticket.state == "solved" else "Open",
        "replies": {
            "reply": [
                {"replyid": "0", "message": ticket.text, "attachments": files, "admin": ""},
                *ticket.said,
            ]
        },
    }


def _whmcs_files(form: dict[str, str]) -> dict[str, bytes]:
    if "attachments" not in form:
        return {}
    parts = json.loads(base64.b64decode(form["attachments"]))
    return {one["name"]: base64.b64decode(one["data"]) for one in parts}


def _php(coded: str) -> dict[str, str]:
    """Parse an array as PHP's unserialize() does: lengths are in bytes, and a wrong one fails."""
    if not coded:
        return {}
    data = base64.b64decode(coded)
    fields, rest = {}, data[data.index(b"{") + 1 :]
    while rest != b"}":
        key = re.match(rb"i:(\d+);s:(\d+):\"", rest)
        assert key is not None, rest
        end = key.end() + int(key[2])
        assert rest[end : end + 2] == b'";', rest
        fields[key[1].decode()] = rest[key.end() : end].decode()
        rest = rest[end + 2 :]
    return fields


def hostbill(desk: FakeDesk, request: Request) -> Response:
    form = request.form
    if form.get("api_key") != KEY or "api_key" in request.query:
        return Response({"success": False, "error": ["API access denied"]})
    match form["call"]:
        case "addTicket":
            files = {
                name.removeprefix("attachments[").rstrip("]"): base64.b64decode(value)
                for name, value in form.items()
                if name.startswith("attachments[")
            }
            made = desk.create(
                subject=form["subject"],
                requester=form["email"],
                queue=form["dept_id"],
                priority=form["priority"],
                text=form["body"],
                files=files,
            )
            if isinstance(made, Response):
                return Response({"success": False, "error": [made.body["message"]]})
            return Response({"success": True, "ticket_id": made.id})
        case "getTickets":
            hits = desk.search(lambda one: form["filter[body]"] in one.text)
            found = [{"ticket_number": one.id, "subject": one.subject} for one in hits]
            return Response({"success": True, "tickets": found})
    ticket = desk.tickets.get(form["id"])
    if ticket is None:
        return Response({"success": False, "error": ["Ticket not found"]})
    match form["call"]:
        case "addTicketNotes":
            desk.add(ticket, form["notes"])
        case "setTicketStatus":
            ticket.state = "solved"
    return Response(
        {
            "success": True,
            "ticket": {
                "subject": ticket.subject,
                "email": ticket.requester,
                "dept_id": ticket.queue,
                "priority": ticket.priority,
                "body": ticket.text,
                "status": "Closed" if ticket.state == "solved" else "Open",
            },
            "replies": [],
            "notes": [{"note": one} for one in ticket.messages],
            "attachments": [{"org_filename": name} for name in ticket.files],
        }
    )


def billmanager(desk: FakeDesk, request: Request) -> Response:
    form = request.form
    if form.get("authinfo") != f"robot:{KEY}":
        return _document({"error": {"$type": "auth", "msg": {"$": "Invalid username"}}})
    func = form["func"]
    if func == "ticket_all":
        hits = desk.search(lambda one: form["name"] in one.subject)
        found = [{"id": {"$": one.id}, "name": {"$": one.subject}} for one in hits]
        return _document({"elem": found})
    if func == "ticket_all.edit" and "elid" not in form:
        made = desk.create(
            subject=form["name"], queue=form["client_department"], text=form["message"]
        )
        if isinstance(made, Response):
            return _document({"error": {"$type": "value", "msg": {"$": made.body["message"]}}})
        return _document({"ok": {}, "id": {"$": made.id}})
    ticket = desk.tickets.get(form["elid"])
    if ticket is None:
        return _document({"error": {"$type": "missed", "msg": {"$": "No such ticket"}}})
    if func == "ticket_all.message":
        texts = [ticket.text, *ticket.messages]
        return _document({"elem": [{"id": {"$": "1"}, "message": {"$": one}} for one in texts]})
    if func == "ticket_open.delete":
        ticket.state = "solved"
    if "sok" in form:
        desk.add(ticket, form["message"])
    return _document(
        {
            "name": {"$": ticket.subject},
            "client_department": {"$": ticket.queue},
            "tstatus": {"$": "closed" if ticket.state == "solved" else "new"},
        }
    )


def _document(parts: dict[str, Any]) -> Response:
    return Response({"doc": parts})
