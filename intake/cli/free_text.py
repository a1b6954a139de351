"""`intake read-text` and `judge-text`: what a customer's text says, as JSON objects."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from diagnostics import read_target
from diagnostics.texts import json_text
from intake.cli.diagnose import probe_options
from intake.cli.own_folder import own_folder
from intake.free_text import Router, TextReading, read_free_text, target_of
from intake.journey.vagueness import emptiness
from intake.redaction import redact

_UNREADABLE = 2
_MAX_BYTES = 1_000_000  # of a line; a longer one is cut
_TEXT = typer.Argument(help="What a customer would write; - reads lines.")


def read_text_command(
    text: Annotated[str, _TEXT] = "-",
    *,
    at: Annotated[
        datetime | None, typer.Option("--at", help="When it was written; by default now, in UTC.")
    ] = None,
    zone: Annotated[str, typer.Option(help="The customer's time zone.")] = "UTC",
) -> None:
    """
    Extract target, time, error and what changed from a customer's text, secrets masked.

    The answer is JSON, one object a line; what isn't in the text is null. With - each line of the
    input is a text; a line that is a JSON string is read as one, so that a text may have several
    lines. Nothing is dialled.

    `target` is as written, `server` the same where a number is preferred to a name, `mailbox` the
    customer's. `since` has the words (`said`) and the time (`at`) or days (`from`, `to`). `code` is
    as written; `symptom` and `changed` are choices of the checklists. `letter` is the cause of a
    returned letter. `text` has its secrets masked; `secrets` says of which kinds they were.
    """
    options = probe_options()
    now = at.replace(tzinfo=at.tzinfo or UTC) if at else datetime.now(UTC)
    for line in _texts(text):
        masked = redact(line)
        reading = read_free_text(
            masked.text, now=now, zone=zone, read=lambda written: read_target(written, options)
        )
        row = _row(reading, masked.text)
        _print(row | {"text": masked.text, "secrets": [secret.kind for secret in masked.secrets]})


def judge_text_command(text: Annotated[str, _TEXT] = "-") -> None:
    """
    Tell which checklist a customer's text is about, and whether it says anything.

    The answer is JSON, one object a line; the input is as for `read-text`. The checklists are those
    of INTAKE_CHECKLISTS, else the shipped ones. `checklist` is the one that is clearly meant, null
    where none is; `likeliest` the two that come first; `points` what each has. `empty` says whether
    the text has no matter at all, `why` what it is instead: a greeting, a plea, a complaint, noise
    or nothing.
    """
    from intake.authoring.loader import load_folder  # noqa: PLC0415 - slow, and not for the help
    from intake.authoring.problems import ChecklistErrors  # noqa: PLC0415 - as above

    try:
        router = Router.for_checklists(load_folder(own_folder()))
    except ChecklistErrors as errors:
        typer.echo(errors.problems[0].message, err=True)
        raise typer.Exit(_UNREADABLE) from errors
    for line in _texts(text):
        why, routing = emptiness(line), router.route(line)
        _print(
            {
                "checklist": None if why else routing.chosen,
                "likeliest": list(routing.likeliest[:2]),
                "empty": why is not None,
                "why": why,
                "points": dict(routing.points),
            }
        )


def _row(reading: TextReading, text: str) -> dict[str, Any]:
    return {
        "target": target_of(reading, text),
        "server": reading.server,
        "mailbox": reading.mailbox,
        "since": dict(reading.since) if reading.since else None,
        "code": reading.code,
        "symptom": reading.symptom or None,
        "changed": reading.change,
        "changed_words": reading.change_words or None,
        "letter": reading.letter.cause if reading.letter else None,
    }


def _texts(text: str) -> Iterator[str]:
    if text != "-":
        yield text
        return
    # Bytes, because one line that isn't UTF-8 must not end the reading of all the others.
    for raw in sys.stdin.buffer:
        line = raw[:_MAX_BYTES].decode("utf-8", "replace").rstrip("\r\n")
        yield _unquoted(line)


def _unquoted(line: str) -> str:
    """
    Return the text of a line that is a JSON string, or an object with a `text`; other lines as they
    are.
    """
    if not line.startswith(('"', "{")):
        return line
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return line
    if isinstance(value, dict):
        value = value.get("text")
    return value if isinstance(value, str) else line


def _print(row: dict[str, Any]) -> None:
    typer.echo(json_text(row))
