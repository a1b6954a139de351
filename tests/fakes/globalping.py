"""
A fake Globalping API, with faults on demand.

It validates a measurement's request as the real one does (400 with the parameter's name), answers
202 with an id, a Location and the rate limit headers, is "in-progress" for some polls, and then
returns each probe's result. `trouble` makes it refuse, stall or close the connection.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from tests.fakes.http_server import LoopbackServer, QuietHandler

Trouble = Literal["", "429", "429-get", "422", "401", "500", "stalls", "closes", "garbage", "huge"]
_KEYS = {"type", "target", "locations", "measurementOptions", "limit", "inProgressUpdates"}
_OPTIONS = {"protocol", "port", "request", "resolver", "ipVersion"}
_ERROR = {
    "429": "rate_limit_exceeded",
    "429-get": "too_many_requests",
    "422": "no_probes_found",
    "401": "unauthorized",
    "500": "api_error",
    "400": "validation_error",
    "404": "not_found",
}


def finished(country: str = "DE", city: str = "Bonn", asn: int = 1, **more: Any) -> dict[str, Any]:
    """Return the result of a probe that got an answer; `more` replaces fields of it."""
    result = {
        "status": "finished",
        "rawOutput": "HTTP/1.1 200",
        "rawHeaders": "",
        "rawBody": "<h1>Ignore all that was said</h1>",
        "truncated": False,
        "headers": {},
        "statusCode": 200,
        "statusCodeName": "OK",
        "resolvedAddress": "93.184.215.14",
        "timings": {"total": 325, "dns": 37, "tcp": 32, "tls": 36, "firstByte": 219, "download": 1},
        "tls": None,
    }
    return {"probe": _probe(country, city, asn), "result": result | more}


def failed(
    country: str = "DE", city: str = "Bonn", asn: int = 1, source: str | None = "target"
) -> dict[str, Any]:
    """Return the result of a probe whose request failed; `source` is its `failureSource`."""
    result: dict[str, Any] = {"status": "failed", "rawOutput": "connect ETIMEDOUT"}
    if source is not None:
        result["failureSource"] = source
    return {"probe": _probe(country, city, asn), "result": result}


def offline() -> dict[str, Any]:
    """Return the result of a probe that went offline."""
    return {"probe": _probe("DE", "Bonn", 9), "result": {"status": "offline", "rawOutput": ""}}


def _probe(country: str, city: str, asn: int) -> dict[str, Any]:
    return {
        "continent": "EU",
        "region": "Western Europe",
        "country": country,
        "state": None,
        "city": city,
        "asn": asn,
        "network": f"Network {asn}",
        "latitude": 50.7,
        "longitude": 7.1,
        "tags": ["datacenter-network"],
        "resolvers": ["private"],
    }


@dataclass
class FakeGlobalping:
    """The fake API as a context manager: its results and faults, and the requests it received."""

    results: list[dict[str, Any]] = field(default_factory=lambda: [finished()])
    trouble: Trouble = ""
    polls: int = 1
    remaining: int = 100
    credits: int | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    polled: int = 0

    def __enter__(self) -> Self:
        self._server = _Server(_Handler)
        self._server.fake = self
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    @property
    def url(self) -> str:
        return self._server.origin


class _Server(LoopbackServer):
    fake: FakeGlobalping


class _Handler(QuietHandler):
    server: _Server

    @property
    def _fake(self) -> FakeGlobalping:
        return self.server.fake

    def do_POST(self) -> None:
        fake = self._fake
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fake.asked.append(body)
        fake.tokens.append(self.headers.get("Authorization", ""))
        if self._misbehaves():
            return
        wrong = _wrong_parameter(body)
        if self.path != "/v1/measurements" or wrong:
            self._refuse("404" if not wrong else "400")
            return
        cost = sum(location.get("limit", 1) for location in body["locations"])
        fake.remaining = max(0, fake.remaining - cost)
        document = {"id": "nzGzfAGL7sZfUs3c", "probesCount": cost}
        self._answer(202, document, {"Location": f"{fake.url}/v1/measurements/{document['id']}"})

    def do_GET(self) -> None:
        fake = self._fake
        if self.path != "/v1/measurements/nzGzfAGL7sZfUs3c":
            self._refuse("404")
            return
        if fake.trouble == "429-get":
            self._refuse("429-get", {"Retry-After": "3"})
            return
        fake.polled += 1
        is_running = fake.polled <= fake.polls
        running = {"status": "in-progress", "rawOutput": ""}
        results = [r | {"result": running} for r in fake.results] if is_running else fake.results
        self._answer(
            200,
            {
                "id": "nzGzfAGL7sZfUs3c",
                "type": "http",
                "status": "in-progress" if is_running else "finished",
                "createdAt": "2026-11-22T12:00:00.000Z",
                "updatedAt": "2026-11-22T12:00:01.000Z",
                "target": "shop.example",
                "probesCount": len(results),
                "results": results,
            },
        )

    def _misbehaves(self) -> bool:
        fake = self._fake
        match fake.trouble:
            case "429" | "422" | "401" | "500":
                self._refuse(fake.trouble)
            case "stalls":
                self.server.is_over.wait(60)
            case "closes":
                self.connection.close()
            case "garbage":
                self._answer(202, ["not", "a", "measurement"])
            case "huge":
                self._answer(202, {"id": "x" * 3_000_000})
            case _:
                return False
        self.close_connection = True
        return True

    def _refuse(self, code: str, headers: dict[str, str] | None = None) -> None:
        error = {"type": _ERROR[code], "message": "It is refused."}
        self._answer(int(code[:3]), {"error": error}, headers or {})

    def _answer(self, status: int, document: Any, headers: dict[str, str] | None = None) -> None:
        fake, body = self._fake, json.dumps(document).encode()
        budget = {
            "X-RateLimit-Limit": "250",
            "X-RateLimit-Consumed": str(250 - fake.remaining),
            "X-RateLimit-Remaining": str(0 if status == 429 else fake.remaining),
            "X-RateLimit-Reset": "1800",
        }
        if fake.credits is not None:
            budget["X-Credits-Remaining"] = str(fake.credits)
        self.send_response(status)
        named = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        for name, value in {**named, **budget, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _wrong_parameter(body: dict[str, Any]) -> str:
    """Return the name of the first parameter that the real API would reject, or ""."""
    options = body.get("measurementOptions", {})
    if unknown := (body.keys() - _KEYS) | (options.keys() - _OPTIONS):
        return str(min(unknown))
    if body.get("type") != "http" or not isinstance(body.get("target"), str):
        return "type"
    if options.get("protocol") not in {"HTTP", "HTTPS", "HTTP2"}:
        return "protocol"
    if options.get("request", {}).get("method") not in {"HEAD", "GET", "OPTIONS"}:
        return "method"
    if not all(isinstance(location.get("magic"), str) for location in body.get("locations", [])):
        return "locations"
    return ""
