"""
GLPI by its REST API (`apirest.php`, 9.5 to 11). Each operation opens and closes a session.

A file is a document of its own, linked to an existing ticket.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final, Literal

from intake.delivery.comparison import RemoteTicket
from intake.delivery.desk import Capabilities, DeskState, Receipt, Refused, Unavailable
from intake.delivery.desk_options import DeskOptions, DeskUrl, SecretText
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import ApiDesk, Candidate
from intake.delivery.desks.markup_escape import text_to_html
from intake.delivery.http_client import HttpAnswer, HttpClient, Method, Upload
from intake.delivery.json_parts import part, rows, text, whole_number
from intake.tickets.stored_file import StoredFile

_API: Final = "/apirest.php"
_PRIORITIES: Final = {"low": "2", "otherwise": "3", "high": "4", "urgent": "5"}
_STATES: Final[Mapping[str, DeskState]] = {"4": "waiting", "5": "solved", "6": "solved"}
_SOLVED: Final = 5
_NAME, _ID = "1", "2"  # search options of a ticket


class GlpiOptions(DeskOptions):
    """`kind: glpi`: `queues` are numbers of categories, `priorities` numbers of urgency."""

    kind: Literal["glpi"] = "glpi"
    url: DeskUrl
    user_token: SecretText
    app_token: SecretText | None = None


class Glpi(ApiDesk):
    """Creates incidents in the categories that `queues` names."""

    def __init__(self, name: str, options: GlpiOptions, base_url: str = "") -> None:
        user = options.user_token.get_secret_value()
        app = options.app_token.get_secret_value() if options.app_token else ""
        headers = {"App-Token": app} if app else {}
        client = HttpClient(
            name, options.url, headers=headers, secrets=[user, app], **options.client_options()
        )
        super().__init__(
            name,
            options,
            client,
            base_url=base_url,
            capabilities=Capabilities(attaches_later=True, appends_files=False),
            priorities=_PRIORITIES,
        )
        self._user_token = user

    def search(self, reference: str) -> Iterable[Candidate]:
        """Search by a part of the title."""
        query = {
            "criteria[0][field]": _NAME,
            "criteria[0][searchtype]": "contains",
            "criteria[0][value]": reference,
            "forcedisplay[0]": _ID,
            "range": "0-49",
        }
        with self._session() as session:
            answer = session.call("GET", "/search/Ticket", query=query)
        return [Candidate(text(row, _ID), text(row, _NAME)) for row in rows(answer.json(), "data")]

    def read(self, remote_id: str) -> RemoteTicket | None:
        """Return the ticket with its requester, documents and follow-ups."""
        with self._session() as session:
            answer = session.call("GET", f"/Ticket/{remote_id}", accepts={404})
            if answer.status == 404:  # noqa: PLR2004
                return None
            ticket = answer.json()
            actors = session.listed(f"/Ticket/{remote_id}/Ticket_User")
            links = session.listed(f"/Ticket/{remote_id}/Document_Item")
            documents = [
                session.call("GET", f"/Document/{text(link, 'documents_id')}").json()
                for link in links
            ]
            follow_ups = session.listed(f"/Ticket/{remote_id}/ITILFollowup")
        addresses = [text(row, "alternative_email") for row in actors if text(row, "type") == "1"]
        return RemoteTicket(
            subject=text(ticket, "name"),
            requester=addresses[0] if addresses else "",
            queue=(text(ticket, "itilcategories_id"),),
            priority=(text(ticket, "urgency"),),
            files={text(file, "filename"): whole_number(file, "filesize") for file in documents},
            text=text(ticket, "content"),
            messages=tuple(text(row, "content") for row in follow_ups),
            state=_STATES.get(text(ticket, "status"), "open"),
        )

    def create(self, ticket: DeskTicket) -> Receipt:
        """Create the ticket; the requester is an address without an account there."""
        order: dict[str, Any] = {
            "name": ticket.subject,
            "content": text_to_html(ticket.text),
            "type": 1,
            "urgency": ticket.priority,
            "_users_id_requester": 0,
            "_users_id_requester_notif": {
                "use_notification": [1],
                "alternative_email": [ticket.requester.email],
            },
            **ticket.fields,
        }
        if ticket.queue.isdigit():
            order["itilcategories_id"] = int(ticket.queue)
        with self._session() as session:
            answer = session.call("POST", "/Ticket", body={"input": order})
        return Receipt(self.remote_id(answer, "id"))

    def attach(self, remote_id: str, files: Sequence[StoredFile]) -> None:
        """Upload each file as a document, then link it to the ticket."""
        with self._session() as session:
            for file in files:
                manifest = {"input": {"name": file.name, "_filename": [file.name]}}
                uploads = [
                    Upload("filename[0]", file.name, file.content, file.media_type),
                ]
                form = [("uploadManifest", json.dumps(manifest))]
                answer = session.call("POST", "/Document", form=form, uploads=uploads)
                link = {
                    "documents_id": self.remote_id(answer, "id"),
                    "items_id": remote_id,
                    "itemtype": "Ticket",
                }
                session.call("POST", "/Document_Item", body={"input": link})

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """Add the message as a private follow-up."""
        follow_up = {
            "items_id": remote_id,
            "itemtype": "Ticket",
            "content": text_to_html(message.marked_text),
            "is_private": 1,
        }
        with self._session() as session:
            session.call("POST", "/ITILFollowup", body={"input": follow_up})

    def close(self, remote_id: str) -> None:
        """Mark the ticket as solved."""
        body = {"input": {"status": _SOLVED}}
        with self._session() as session:
            session.call("PUT", f"/Ticket/{remote_id}", body=body, is_write=False)

    def url(self, remote_id: str) -> str:
        """Return the address of the ticket's page."""
        return f"{self._client.url}/front/ticket.form.php?id={remote_id}"

    @contextmanager
    def _session(self) -> Iterator[_Session]:
        headers = {"Authorization": f"user_token {self._user_token}"}
        answer = self._client.call("GET", f"{_API}/initSession", headers=headers)
        token = text(answer.json(), "session_token")
        if not token:
            raise Unavailable(self._client.describe("opened no session"), is_answered=True)
        session = _Session(self._client, token)
        try:
            yield session
        finally:
            with suppress(Refused, Unavailable):
                session.call("GET", "/killSession")


class _Session:
    """Sends requests with a session's token."""

    def __init__(self, client: HttpClient, token: str) -> None:
        self._client, self._headers = client, {"Session-Token": token}

    def call(self, method: Method, path: str, **parts: Any) -> HttpAnswer:  # noqa: ANN401
        """Send a request; see `HttpClient.call`."""
        return self._client.call(method, f"{_API}{path}", headers=self._headers, **parts)

    def listed(self, path: str) -> list[dict[str, Any]]:
        """Return the rows of a list; an empty list if it doesn't exist."""
        return rows(part(self.call("GET", path, accepts={404}).json()))
