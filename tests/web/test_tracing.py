"""Spans tell how a request went and nothing of whose it was; without the extra one line says so."""

from __future__ import annotations

import builtins
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from intake.settings import SettingsError
from intake.web.running.tracing import Tracing, otlp_tracer


class NotedSpan:
    """As much of OpenTelemetry's span as is used."""

    def __init__(self, name: str) -> None:
        self.name, self.attributes = name, dict[str, object]()

    def __enter__(self) -> NotedSpan:  # noqa: PYI034 - a span, not a subclass of it
        return self

    def __exit__(self, *_: object) -> None:
        """Ended."""

    def set_attribute(self, name: str, value: object) -> None:
        self.attributes[name] = value


class Tracer:
    def __init__(self) -> None:
        self.spans: list[NotedSpan] = []

    def start_as_current_span(self, name: str) -> NotedSpan:
        self.spans.append(NotedSpan(name))
        return self.spans[-1]


def served(tracer: Any) -> TestClient:
    async def answer(request: Request) -> Response:
        status = 503 if "broken" in request.url.path else 200
        return PlainTextResponse("x", status, headers={"X-Request-Id": "r1"})

    app = Starlette(routes=[Route("/{path:path}", answer)])
    return TestClient(Tracing(app, tracer=tracer))


def test_a_span_says_how_it_went_and_holds_no_key() -> None:
    tracer = Tracer()
    client = served(tracer)
    client.get("/t/a-customers-key?lang=en&case=another-key")
    client.get("/broken/x")
    first, second = tracer.spans
    assert first.name == "GET /t"
    assert first.attributes == {
        "http.request.method": "GET",
        "http.route": "/t",
        "http.response.status_code": 200,
        "intake.request": "r1",
    }
    assert second.attributes["error.type"] == "503"
    assert "key" not in repr([span.attributes for span in tracer.spans])


def test_the_real_library_takes_them() -> None:
    trace = pytest.importorskip("opentelemetry.sdk.trace", reason="the extra isn't installed")
    export = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    processors = pytest.importorskip("opentelemetry.sdk.trace.export")
    exporter, provider = export.InMemorySpanExporter(), trace.TracerProvider()
    provider.add_span_processor(processors.SimpleSpanProcessor(exporter))
    served(provider.get_tracer("intake")).get("/t/a-customers-key")
    [span] = exporter.get_finished_spans()
    assert span.name == "GET /t"
    assert "key" not in span.to_json()


def test_without_the_extra_the_start_ends_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("opentelemetry"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SettingsError, match=r"hosting-intake\[tracing\]"):
        otlp_tracer("intake")
