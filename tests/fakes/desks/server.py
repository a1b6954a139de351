"""
The common part of the fake desks: tickets in memory, a server, and faults on demand.

A dialect translates requests to `FakeDesk.create`, `search` and `tickets`; faults are made here, so
that every desk is tested with the same ones.
"""

from __future__ import annotations

import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any, Literal, Protocol, Self
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.http_server import LoopbackServer, QuietHandler

KEY = "a-key-that-is-secret"
AfterCreate = Literal["", "500", "drop", "stall", "html"]


@dataclass
class FakeTicket:
    id: str
    subject: str = ""
    requester: str = ""
    queue: str = ""
    priority: str = ""
    text: str = ""
    state: str = "open"
    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    made_at: float = 0.0
    # Later messages, in the desk's own format.
    said: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Request:
    """One request; `form` are its form fields, `files` its uploaded files by field."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes
    form: dict[str, str]
    files: list[tuple[str, str, bytes]]

    def json(self) -> Any:
        return json.loads(self.body or b"null")


@dataclass
class Response:
    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Dialect(Protocol):
    def __call__(self, desk: FakeDesk, request: Request) -> Response: ...


class FakeDesk:
    """
    A server on loopback that stores tickets in memory.

    `always` is the answer to every request. `refuses` returns a response to reject a new ticket.
    `after_create` are the faults of the answers to the next creations, `before_create` those of
    requests that then create nothing. `hidden` is the number of searches without results;
    `ignores_search` answers each with every ticket. `drops` are the parts of a ticket that are lost
    without an error. `on_created` is called when a ticket is stored, before the answer. `down()`
    closes the port, `up()` opens it again.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.tickets: dict[str, FakeTicket] = {}
        self.requests: list[Request] = []
        self.always: Response | None = None
        self.refuses: Callable[[FakeTicket], Response | None] = lambda _ticket: None
        self.on_created: Callable[[], None] = lambda: None
        self.after_create: list[AfterCreate] = []
        self.before_create: list[AfterCreate] = []
        self.hidden = 0
        # The delay of its search index, in seconds of `clock`.
        self.lag_s = 0.0
        self.clock: Callable[[], float] = time.monotonic
        self.ignores_search = False
        self.drops: set[str] = set()
        self.uploads: dict[str, tuple[str, bytes]] = {}
        self.numbers = itertools.count(101)
        self.is_over = threading.Event()
        self._mood: AfterCreate = ""
        self._lock = threading.Lock()
        self._server = _Server(_Handler)
        self._server.desk = self
        self._port = self._server.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def down(self) -> None:
        """Close the port: connections are refused from now on."""
        self._server.stop()

    def up(self) -> None:
        self._server = _Server(_Handler, port=self._port)
        self._server.desk = self
        self._server.start()

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self.down()

    # For the dialects

    def create(self, **facts: Any) -> FakeTicket | Response:
        """Store a new ticket and return it, or return the response that rejects it."""
        ticket = FakeTicket(id=str(next(self.numbers)), **facts)
        if (refusal := self.refuses(ticket)) is not None:
            return refusal
        if self.before_create:
            self._mood = self.before_create.pop(0)
            return ticket
        self._drop(ticket)
        ticket.made_at = self.clock()
        self.tickets[ticket.id] = ticket
        self.on_created()
        self._mood = self.after_create.pop(0) if self.after_create else ""
        return ticket

    def search(self, matches: Callable[[FakeTicket], bool]) -> list[FakeTicket]:
        """Return the matching tickets, the newest first, as most desks do."""
        now = self.clock()
        known = [one for one in self.tickets.values() if now - one.made_at >= self.lag_s]
        newest = known[::-1]
        if self.hidden > 0:
            self.hidden -= 1
            return []
        return newest if self.ignores_search else [one for one in newest if matches(one)]

    def add(self, ticket: FakeTicket, message: str) -> None:
        """Add a message to an existing ticket."""
        ticket.messages.append(message)
        self._mood = self.after_create.pop(0) if self.after_create else ""

    def _drop(self, ticket: FakeTicket) -> None:
        for name in self.drops:
            if name == "field" and ticket.fields:
                ticket.fields.pop(next(iter(ticket.fields)))
            elif name == "files":
                ticket.files = {}
            elif name in {"requester", "queue", "priority", "subject"}:
                setattr(ticket, name, "")
            elif name == "text":
                ticket.text = ticket.text[: len(ticket.text) // 2]

    def answer(self, request: Request) -> tuple[Response, AfterCreate]:
        """Return the answer to a request, and the fault on its way."""
        with self._lock:
            self.requests.append(request)
            if self.always is not None:
                return self.always, ""
            self._mood = ""
            response = self.dialect(self, request)
            return response, self._mood


class _Server(LoopbackServer):
    desk: FakeDesk


class _Handler(QuietHandler):
    server: _Server

    def do_GET(self) -> None:
        self._handle()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        response, mood = self.server.desk.answer(self._request(body))
        if mood == "stall":
            self.server.desk.is_over.wait(60)
        if mood in {"drop", "stall"}:
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        if mood == "500":
            response = Response(b"", 500)
        if mood == "html":
            response = Response(b"<html>Bad gateway <b>proxy</b></html>")
        text = response.body
        content = text if isinstance(text, bytes) else json.dumps(text).encode()
        with suppress(OSError):  # the client may have disconnected
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def _request(self, body: bytes) -> Request:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        form, files = _form(headers.get("content-type", ""), body)
        return Request(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            headers=headers,
            body=body,
            form=form,
            files=files,
        )


def _form(content_type: str, body: bytes) -> tuple[dict[str, str], list[tuple[str, str, bytes]]]:
    if content_type.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(body.decode(), keep_blank_values=True)), []
    if not content_type.startswith("multipart/form-data"):
        return {}, []
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    form, files = {}, []
    for part in message_from_bytes(head + body, policy=policy.HTTP).iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else b""
        if (filename := part.get_filename()) is not None:
            files.append((name, filename, data))
        else:
            form[name] = data.decode()
    return form, files
