"""Fakes of Znuny, FreeScout, osTicket, GLPI and Jira Service Management."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from tests.fakes.desks.server import KEY, FakeDesk, FakeTicket, Request, Response


def znuny(desk: FakeDesk, request: Request) -> Response:
    body = request.json()
    if body.get("Password") != KEY:
        code = f"{request.path[1:]}.AuthFail"
        return Response({"Error": {"ErrorCode": code, "ErrorMessage": "User could not be found"}})
    for name in ("DynamicField", "Attachment"):
        if body.get(name) == []:
            return _znuny_error("MissingParameter", f"{name} parameter is missing or not valid!")
    match request.path:
        case "/TicketCreate":
            if " " in body["Ticket"]["CustomerUser"]:
                words = "TicketCreate: Ticket->CustomerUser parameter is invalid!"
                return _znuny_error("InvalidParameter", words)
            made = desk.create(
                subject=body["Ticket"]["Title"],
                requester=body["Ticket"]["CustomerUser"],
                queue=body["Ticket"]["Queue"],
                priority=body["Ticket"]["Priority"],
                text=body["Article"]["Body"],
                fields={one["Name"]: one["Value"] for one in body.get("DynamicField", [])},
                files={
                    one["Filename"]: base64.b64decode(one["Content"])
                    for one in body.get("Attachment", [])
                },
            )
            if isinstance(made, Response):
                return _znuny_error("InvalidParameter", made.body["message"])
            return Response({"TicketID": made.id, "TicketNumber": f"2026{made.id}"})
        case "/TicketSearch":
            wanted = str(body.get("Title", "")).strip("%")
            hits = desk.search(lambda one: wanted in one.subject)
            return Response({"TicketID": [one.id for one in hits]} if hits else {})
    ticket = desk.tickets.get(str(body["TicketID"]))
    if ticket is None:
        error = {"ErrorCode": "TicketGet.NotFound", "ErrorMessage": "No ticket data"}
        return Response({"Error": error})
    if request.path == "/TicketUpdate":
        if "Article" in body:
            desk.add(ticket, body["Article"]["Body"])
        if "Ticket" in body:
            ticket.state = "solved"
        return Response({"TicketID": ticket.id})
    return Response({"Ticket": [_znuny_ticket(ticket)]})


def _znuny_error(code: str, words: str) -> Response:
    return Response({"Error": {"ErrorCode": f"TicketCreate.{code}", "ErrorMessage": words}})


def _znuny_ticket(ticket: FakeTicket) -> dict[str, Any]:
    files = [
        {"Filename": name, "FilesizeRaw": str(len(content))}
        for name, content in ticket.files.items()
    ]
    return {
        "Title": ticket.subject,
        "CustomerUserID": ticket.requester,
        "Queue": ticket.queue,
        "Priority": ticket.priority,
        "StateType": "closed" if ticket.state == "solved" else "new",
        "DynamicField": [{"Name": name, "Value": text} for name, text in ticket.fields.items()],
        "Article": [
            {"Body": ticket.text, "Attachment": files},
            *({"Body": one} for one in ticket.messages),
        ],
    }


def freescout(desk: FakeDesk, request: Request) -> Response:
    if request.headers.get("x-freescout-api-key") != KEY:
        return Response({"message": "Invalid API key"}, 401)
    if request.path == "/api/conversations" and request.method == "POST":
        body = request.json()
        (thread,) = body["threads"]
        made = desk.create(
            subject=body["subject"],
            requester=body["customer"]["email"],
            queue=str(body["mailboxId"]),
            text=thread["text"],
            fields={str(one["id"]): one["value"] for one in body["customFields"]},
            files={one["fileName"]: base64.b64decode(one["data"]) for one in thread["attachments"]},
        )
        return made if isinstance(made, Response) else Response(b"", 201, {"Resource-ID": made.id})
    if request.path == "/api/conversations":
        hits = desk.search(lambda one: request.query["subject"] in one.subject)
        found = [{"id": int(one.id), "subject": one.subject} for one in hits]
        return Response({"_embedded": {"conversations": found}})
    match = re.fullmatch(r"/api/conversations/(\d+)(/threads)?", request.path)
    ticket = desk.tickets.get(match[1]) if match else None
    if match is None or ticket is None:
        return Response({"message": "Not found"}, 404)
    if match[2]:
        desk.add(ticket, request.json()["text"])
        return Response(b"", 201)
    if request.method == "PUT":
        ticket.state = "solved"
        return Response(b"", 204)
    files = [{"fileName": name} for name in ticket.files]
    threads = [{"id": 1, "body": ticket.text, "_embedded": {"attachments": files}}]
    threads += [{"id": place, "body": one} for place, one in enumerate(ticket.messages, 2)]
    return Response(
        {
            "id": int(ticket.id),
            "subject": ticket.subject,
            "customer": {"email": ticket.requester},
            "mailboxId": ticket.queue,
            "status": "closed" if ticket.state == "solved" else "active",
            "customFields": [{"id": int(k), "value": v} for k, v in ticket.fields.items()],
            "_embedded": {"threads": threads[::-1]},
        }
    )


def osticket(desk: FakeDesk, request: Request) -> Response:
    if request.headers.get("x-api-key") != KEY:
        return Response(b"API key not found/active or source IP not authorized", 401)
    if request.path != "/api/tickets.json" or request.method != "POST":
        return Response(b"", 404)
    body = request.json()
    files = {}
    for one in body["attachments"]:
        ((name, data),) = one.items()
        files[name] = base64.b64decode(data.partition("base64,")[2])
    made = desk.create(
        subject=body["subject"],
        requester=body["email"],
        queue=body.get("topicId", ""),
        priority=body["priority"],
        text=body["message"].partition(",")[2],
        files=files,
    )
    return made if isinstance(made, Response) else Response(made.id.encode(), 201)


def glpi(desk: FakeDesk, request: Request) -> Response:
    path = request.path.removeprefix("/apirest.php")
    if path == "/initSession":
        if request.headers.get("authorization") != f"user_token {KEY}":
            return Response(["ERROR_GLPI_LOGIN_USER_TOKEN", "The token is invalid"], 401)
        return Response({"session_token": "s-1"})
    if request.headers.get("session-token") != "s-1":
        return Response(["ERROR_SESSION_TOKEN_INVALID", "Expired"], 401)
    if path == "/killSession":
        return Response(True)
    if path == "/Ticket":
        body = request.json()["input"]
        made = desk.create(
            subject=body["name"],
            requester=body["_users_id_requester_notif"]["alternative_email"][0],
            queue=str(body.get("itilcategories_id", "")),
            priority=str(body["urgency"]),
            text=body["content"],
        )
        return made if isinstance(made, Response) else Response({"id": int(made.id)}, 201)
    if path == "/search/Ticket":
        hits = desk.search(lambda one: request.query["criteria[0][value]"] in one.subject)
        return Response({"data": [{"1": one.subject, "2": int(one.id)} for one in hits]})
    if path == "/Document":
        ((_, name, content),) = request.files
        assert json.loads(request.form["uploadManifest"])["input"]["_filename"] == [name]
        number = str(len(desk.uploads) + 1)
        desk.uploads[number] = (name, content)
        return Response({"id": int(number)}, 201)
    if path == "/Document_Item":
        body = request.json()["input"]
        name, content = desk.uploads[str(body["documents_id"])]
        desk.tickets[str(body["items_id"])].files[name] = content
        return Response({"id": 1}, 201)
    if path == "/ITILFollowup":
        body = request.json()["input"]
        desk.add(desk.tickets[str(body["items_id"])], body["content"])
        return Response({"id": 1}, 201)
    if match := re.fullmatch(r"/Document/(\d+)", path):
        name, content = desk.uploads[match[1]]
        return Response({"filename": name, "filesize": len(content)})
    match = re.fullmatch(r"/Ticket/(\d+)(/\w+)?", path)
    ticket = desk.tickets.get(match[1]) if match else None
    if match is None or ticket is None:
        return Response(["ERROR_ITEM_NOT_FOUND", "Item not found"], 404)
    if request.method == "PUT":
        ticket.state = "solved"
    return Response(_glpi_part(desk, ticket, match[2] or ""))


def _glpi_part(desk: FakeDesk, ticket: FakeTicket, what: str) -> Any:
    match what:
        case "/Ticket_User":
            return [{"type": 1, "alternative_email": ticket.requester}] if ticket.requester else []
        case "/Document_Item":
            numbers = [key for key, (name, _) in desk.uploads.items() if name in ticket.files]
            return [{"documents_id": int(number)} for number in numbers]
        case "/ITILFollowup":
            return [{"content": one} for one in ticket.messages]
    return {
        "id": int(ticket.id),
        "name": ticket.subject,
        "content": ticket.text,
        "itilcategories_id": ticket.queue,
        "urgency": ticket.priority,
        "status": 5 if ticket.state == "solved" else 1,
    }


def jira(desk: FakeDesk, request: Request) -> Response:
    if request.headers.get("authorization") != f"Bearer {KEY}":
        return Response({"errorMessages": ["You are not authenticated"]}, 401)
    path = request.path
    if path == "/rest/servicedeskapi/request":
        return _jira_create(desk, request.json())
    if path == "/rest/api/2/search":
        wanted = re.search(r'\\"(.+?)\\"', request.json()["jql"])
        assert wanted is not None
        hits = desk.search(lambda one: wanted[1] in one.subject)
        found = [{"key": f"SUP-{one.id}", "fields": {"summary": one.subject}} for one in hits]
        return Response({"issues": found})
    if path.endswith("/attachTemporaryFile"):
        ((_, name, content),) = request.files
        assert request.headers["x-atlassian-token"] == "no-check"
        desk.uploads["t1"] = (name, content)
        return Response({"temporaryAttachments": [{"temporaryAttachmentId": "t1"}]}, 201)
    match = re.search(r"SUP-(\d+)(/\w+)?$", path)
    ticket = desk.tickets.get(match[1]) if match else None
    if match is None or ticket is None:
        return Response({"errorMessages": ["Issue does not exist"]}, 404)
    match match[2]:
        case "/attachment":
            name, content = desk.uploads[request.json()["temporaryAttachmentIds"][0]]
            ticket.files[name] = content
            return Response({}, 201)
        case "/comment":
            desk.add(ticket, request.json()["body"])
            return Response({}, 201)
        case "/transitions":
            ticket.state = "solved"
            return Response(b"", 204)
    return Response({"key": f"SUP-{ticket.id}", "fields": _jira_fields(ticket)})


def _jira_create(desk: FakeDesk, body: dict[str, Any]) -> Response:
    values = dict(body["requestFieldValues"])
    made = desk.create(
        subject=values.pop("summary"),
        text=values.pop("description"),
        priority=values.pop("priority")["name"],
        requester=body.get("raiseOnBehalfOf", ""),
        queue=body["requestTypeId"],
        fields=values,
    )
    return made if isinstance(made, Response) else Response({"issueKey": f"SUP-{made.id}"}, 201)


def _jira_fields(ticket: FakeTicket) -> dict[str, Any]:
    return {
        **ticket.fields,
        "summary": ticket.subject,
        "description": ticket.text,
        "priority": {"name": ticket.priority},
        "reporter": {"emailAddress": ticket.requester} if ticket.requester else None,
        "attachment": [
            {"filename": name, "size": len(content)} for name, content in ticket.files.items()
        ],
        "comment": {"comments": [{"body": one} for one in ticket.messages]},
        "status": {"statusCategory": {"key": "done" if ticket.state == "solved" else "new"}},
    }
