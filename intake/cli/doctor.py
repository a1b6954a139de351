"""`intake doctor`: what keeps the service from working, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from diagnostics.texts import LANGUAGES, Language, json_text
from intake.cli.system_language import language_of_the_system
from intake.operations.doctor.diagnosis import Examination, good
from intake.operations.doctor.examine import examine_service

_MARKS: Final = {"good": "✓", "warning": "!", "bad": "✗"}
_WIDTH: Final = 13


def doctor_command(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
    language: Annotated[
        str | None,
        typer.Option("--language", "--lang", metavar="en|ru", help="by default the terminal's"),
    ] = None,
) -> None:
    """
    Check what keeps the service from working, and say what to do.

    Settings, the data folder and its rights, disk, database, backups, clock, resolver, ping, open
    files, mail server, desks, checklists. Nothing is changed and nothing is sent; run it as the
    user of the service, with its settings. Exit status 1 where something is bad.
    """
    chosen_language: Language = "ru" if (language or language_of_the_system()) == "ru" else "en"
    examinations: list[Examination] = []
    for examination in examine_service():
        examinations.append(examination)
        if not as_json:
            typer.echo(_line(examination, chosen_language))
    count = sum(examination.condition == "bad" for examination in examinations)
    if as_json:
        typer.echo(json_text(_as_data(examinations), indent=1))
    else:
        code = "total-bad" if count else "total-good"
        typer.echo(Examination("", "good", code, {"count": count}).words(chosen_language))
    if count:
        raise typer.Exit(1)


def _line(examination: Examination, language: Language) -> str:
    part = good("", f"part-{examination.part}").words(language)
    return f"{_MARKS[examination.condition]} {part:{_WIDTH}} {examination.words(language)}"


def _as_data(examinations: Sequence[Examination]) -> list[dict[str, object]]:
    return [
        {
            "part": examination.part,
            "condition": examination.condition,
            "code": examination.code,
            "words": {language: examination.words(language) for language in LANGUAGES},
        }
        for examination in examinations
    ]
