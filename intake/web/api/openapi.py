"""The OpenAPI 3.1 description of the API, generated from the models of its bodies."""

from __future__ import annotations

import json
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from intake.accounts.api_requests import MAX_KEY
from intake.accounts.api_tokens import ApiScope
from intake.web.api.models import DiagnosisRequest, Incomplete, SentTicket, TicketRequest
from intake.web.api.problems import MEDIA_TYPE

PATH: Final = "/api/v1/openapi.json"
_REF: Final = "#/components/schemas/{model}"
_MODELS: Final[tuple[type[BaseModel], ...]] = (
    TicketRequest,
    SentTicket,
    Incomplete,
    DiagnosisRequest,
)
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "RFC 9457; `type` is urn:intake:problem: and the kind",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
_INCOMPLETE_PROBLEM: Final[dict[str, Any]] = {
    "allOf": [
        {"$ref": "#/components/schemas/Problem"},
        {"$ref": "#/components/schemas/Incomplete"},
        {
            "type": "object",
            "properties": {
                "continue": {
                    "type": "string",
                    "description": "opens the wizard with all that is there",
                }
            },
        },
    ]
}


def openapi(server: str = "/") -> dict[str, Any]:
    """Return the whole description; `server` is the base URL of the paths."""
    _, schemas = models_json_schema([(model, "validation") for model in _MODELS], ref_template=_REF)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Intake",
            "version": "1",
            "summary": "Complete support tickets from answers that were collected elsewhere",
        },
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": {
            "/api/v1/tickets": {"post": _send()},
            "/api/v1/tickets/{reference}": {"get": _read()},
            "/api/v1/diagnoses": {"post": _diagnose()},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                **schemas["$defs"],
                "Problem": _PROBLEM,
                "IncompleteProblem": _INCOMPLETE_PROBLEM,
            },
        },
    }


def openapi_text() -> str:
    """Return the description as stored in the repository."""
    return json.dumps(openapi(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _send() -> dict[str, Any]:
    return {
        "operationId": "sendTicket",
        "summary": "Send a ticket; 422 names every question that lacks an answer",
        "description": f"Needs the scope {ApiScope.SEND}.",
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": "the same key and body get the same ticket, for two days",
                "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY},
            }
        ],
        "requestBody": _body("TicketRequest"),
        "responses": {
            "201": _answer("the ticket, stored", "SentTicket"),
            "422": _answer("what it lacks", "IncompleteProblem", MEDIA_TYPE),
            **_refusals("400", "401", "403", "409", "413", "429", "503"),
        },
    }


def _read() -> dict[str, Any]:
    return {
        "operationId": "readTicket",
        "summary": "Read a ticket of one's own, or with another scope any",
        "description": f"Needs the scope {ApiScope.READ} or {ApiScope.READ_ALL}.",
        "parameters": [
            {
                "name": "reference",
                "in": "path",
                "required": True,
                "schema": {"type": "string"},
            }
        ],
        "responses": {
            "200": _document("the ticket as its page shows it: `intake tickets show --json`"),
            **_refusals("401", "403", "404", "429"),
        },
    }


def _diagnose() -> dict[str, Any]:
    return {
        "operationId": "diagnose",
        "summary": "Measure a target and name the cause",
        "description": f"Needs the scope {ApiScope.DIAGNOSE}. Takes up to half a minute.",
        "requestBody": _body("DiagnosisRequest"),
        "responses": {
            "200": _document("the report of `intake diagnose --json`"),
            **_refusals("400", "401", "403", "413", "422", "429", "504"),
        },
    }


def _body(model: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{model}"}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _answer(words: str, model: str, media_type: str = "application/json") -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{model}"}
    return {"description": words, "content": {media_type: {"schema": schema}}}


def _document(words: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": {"type": "object"}}}}


def _refusals(*statuses: str) -> dict[str, Any]:
    return {status: _answer("a problem", "Problem", MEDIA_TYPE) for status in statuses}
