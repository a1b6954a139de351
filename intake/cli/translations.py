"""`intake translations`: the texts that an operator's language lacks, as a file to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Annotated, Any, Final

import typer
from pydantic import BaseModel

import diagnostics
import intake
from diagnostics.texts import LANGUAGES, PLURALS, BilingualText, is_translated, load_catalogue
from intake import journey
from intake.authoring.loader import examine_file
from intake.cli.own_folder import own_folder, own_translations
from intake.journey.checklist_paths import checklist_files
from intake.journey.model import Text
from intake.tickets.render.customer_words import CUSTOMERS_PHRASES
from intake.tickets.render.words import PHRASES

# Texts that only authors read stay English and Russian.
_AUTHORS_TEXTS: Final = ("authoring", "texts_studio")
# "{title}." has no words of its own to translate.
_IN_BRACES: Final = re.compile(r"\{[^{}]*\}")


def translations_command(
    language: Annotated[str, typer.Argument(help="its code, such as de or uk")],
) -> None:
    """
    Print the texts that a language of INTAKE_TRANSLATIONS still lacks.

    `INTAKE_TRANSLATIONS` names the folder of what is translated already. Every English text of the
    product and of the checklists is a key: one translation serves wherever the text stands.
    """
    own_translations()
    missing = [text for text in every_text(own_folder()) if not is_translated(text, language)]
    for text in missing:
        typer.echo(f'{_quoted(text)}: ""')
    typer.echo(f"{len(missing)} texts aren't translated into {language} yet.", err=True)


def untranslated_in(path: Path, languages: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    """Yield a file's English texts that a language lacks: the line, the language, the text."""
    checklist = examine_file(path).checklist
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    for text in dict.fromkeys(_texts_of_value(checklist.head) if checklist is not None else ()):
        line = next((n for n, line in enumerate(lines, 1) if text in line), None)
        # Texts of a section are reported with the section's own file.
        for language in languages if line is not None else ():
            if not is_translated(text, language):
                yield line or 1, language, text


def every_text(folder: Path) -> list[str]:
    """Return every English text that a customer may read, without duplicates."""
    texts: dict[str, None] = {}
    for package in (diagnostics, intake):
        root = Path(package.__path__[0])
        for built in sorted(root.rglob("built/*.json")):
            source = built.parent.parent / f"{built.stem}.yaml"
            if not any(part in str(source.relative_to(root)) for part in _AUTHORS_TEXTS):
                texts |= dict.fromkeys(_texts_of_catalogue(load_catalogue(source)))
    texts |= dict.fromkeys(_texts_of_modules())
    texts |= dict.fromkeys(
        text
        for english in (PHRASES["en"], CUSTOMERS_PHRASES["en"])
        for field in fields(english)
        if field.name != "locale"
        for text in _strings(getattr(english, field.name))
    )
    for path in checklist_files(folder):
        checklist = examine_file(path).checklist
        if checklist is not None:
            texts |= dict.fromkeys(_texts_of_value([checklist.head, *checklist.steps]))
    return [text for text in texts if any(map(str.isalpha, _IN_BRACES.sub("", text)))]


def _texts_of_catalogue(content: Any) -> Iterator[str]:  # noqa: ANN401 - whatever YAML holds
    if isinstance(content, Mapping):
        if content.keys() >= set(LANGUAGES):
            yield from _strings(content["en"])
            return
        for part in content.values():
            yield from _texts_of_catalogue(part)
    elif isinstance(content, list):
        for part in content:
            yield from _texts_of_catalogue(part)


def _strings(part: Any) -> Iterator[str]:  # noqa: ANN401 - see above
    """Yield the texts of one language; of plural forms the general one, which is their key."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        is_plural = part.keys() <= PLURALS
        for value in [part["other"]] if is_plural and "other" in part else part.values():
            yield from _strings(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _strings(value)


def _texts_of_modules() -> Iterator[str]:
    """Yield texts that are in the code: hints, and the words of kinds."""
    for part in iter_modules(journey.__path__):
        module = import_module(f"{journey.__name__}.{part.name}")
        yield from _texts_of_value(list(vars(module).values()))
    kinds = import_module("intake.journey.kinds")
    for part in iter_modules(kinds.__path__):
        yield from _texts_of_value(
            list(vars(import_module(f"{kinds.__name__}.{part.name}")).values())
        )


def _texts_of_value(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever a model holds
    if isinstance(value, Text):
        if english := value.lines.get("en") or value.lines.get(""):
            yield english
        if value.otherwise is not None:
            yield from _texts_of_value(value.otherwise)
    elif isinstance(value, BilingualText):
        yield value.en
    else:
        for part in _parts(value):
            yield from _texts_of_value(part)


def _parts(value: Any) -> Iterable[Any]:  # noqa: ANN401 - see above
    if isinstance(value, BaseModel):
        return [getattr(value, name) for name in type(value).model_fields]
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def _quoted(text: str) -> str:
    """Return a text as a YAML key on one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
