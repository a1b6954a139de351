"""`intake target`: how texts are read as targets, as JSON objects."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

import diagnostics
from diagnostics import Options, TargetReading
from diagnostics.texts import CompleteLanguage, json_text
from intake.cli.diagnose import probe_options
from intake.cli.system_language import language_of_the_system

_REFUSED = 2


def target_command(
    text: Annotated[str, typer.Argument(help="What a customer would paste; - reads lines.")] = "-",
    *,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Each line is a JSON string.")] = False,
    resolve: Annotated[bool, typer.Option("--resolve", help="Look the name up as well.")] = False,
    language: Annotated[
        CompleteLanguage | None, typer.Option(help="Language of the reasons.")
    ] = None,
) -> None:
    """
    Parse a target as the wizard does. Nothing is contacted.

    The answer is JSON, one object a line. For a single TEXT that is refused the reason stands on
    the standard error too, and the status is 2.
    """
    options = probe_options()
    if text != "-":
        reading = _read(text, options, resolve=resolve)
        _print(reading)
        if not reading.accepted:
            typer.echo(reading.explain(language or language_of_the_system()), err=True)
            raise typer.Exit(_REFUSED)
        return
    for line in _lines(is_json=jsonl):
        _print(_read(line, options, resolve=resolve))


def _read(text: str, options: Options, *, resolve: bool) -> TargetReading:
    reading = diagnostics.read_target(text, options)
    return diagnostics.resolve_reading(reading, options) if resolve else reading


def _print(reading: TargetReading) -> None:
    typer.echo(json_text(asdict(reading)))


def _lines(*, is_json: bool) -> Iterator[str]:
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        # Bytes, because one line that isn't UTF-8 must not end the reading of all the others.
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if not is_json:
            yield line
            continue
        try:
            text = json.loads(line)
        except ValueError:
            text = None
        if not isinstance(text, str):
            typer.echo(f"line {number}: not a JSON string", err=True)
            raise typer.Exit(_REFUSED)
        yield text
