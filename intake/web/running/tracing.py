"""
OpenTelemetry, if the operator installed and enabled it: one span a request.

A span has the method, the first part of the path, the status and the request's id. Never the whole
path: the rest may be a customer's key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from intake.settings import SettingsError

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

_OURS: Final = 500  # a status from here on is our fault (RFC 9110, section 15.6)
_LONGEST_ROOM: Final = 40


def otlp_tracer(service: str) -> Tracer:
    """
    Return a tracer that exports by OTLP over HTTP to `OTEL_EXPORTER_OTLP_ENDPOINT`.

    Raises:
        SettingsError: the extra isn't installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SettingsError(
            "INTAKE_TRACING: OpenTelemetry isn't installed; install hosting-intake[tracing], or"
            " remove the setting"
        ) from error
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("intake")


class Tracing:
    """ASGI middleware that records spans; without a tracer it does nothing."""

    def __init__(self, app: ASGIApp, *, tracer: Any = None) -> None:  # noqa: ANN401 - an extra's type
        self._app, self._tracer = app, tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Record a request as one span; sockets, which are open for hours, aren't recorded."""
        if self._tracer is None or scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        room = f"/{scope['path'].split('/')[1]}"[:_LONGEST_ROOM]
        method = scope["method"]
        with self._tracer.start_as_current_span(f"{method} {room}") as span:
            span.set_attribute("http.request.method", method)
            span.set_attribute("http.route", room)

            async def send_recorded(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    for name, value in message.get("headers", ()):
                        if name.lower() == b"x-request-id":
                            span.set_attribute("intake.request", value.decode("ascii", "replace"))
                    if message["status"] >= _OURS:
                        span.set_attribute("error.type", str(message["status"]))
                await send(message)

            await self._app(scope, receive, send_recorded)
