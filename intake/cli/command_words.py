"""What commands print, in the terminal's language."""

from __future__ import annotations

from typing import Final, NoReturn

from typer.exceptions import TyperException

from diagnostics.texts import Language, plural_form
from intake.cli.failing import fail
from intake.cli.russian_words import COUNTED, SPOKEN
from intake.cli.system_language import complete_language
from intake.settings.russian import in_russian, parts_of

# Typer's messages for a wrong command line, and ours.
_USAGE: Final = {
    "Missing argument {name}": "this is missing: {name}",
    "Missing option {name}": "this is missing: {name}",
    "No such command {name}. Did you mean {names}?": (
        "{name}: there is no such command. Did you mean {names}?"
    ),
    "No such command {name}": "{name}: there is no such command",
    "No such option: {name} (Possible options: {names})": (
        "{name}: there is no such option. Did you mean {names}?"
    ),
    "No such option: {name}": "{name}: there is no such option",
    "Got unexpected extra argument(s) ({names})": "this is too much: {names}",
    "Option {name} requires an argument": "{name} needs a value",
    "Option {name} does not take a value": "{name} takes no value",
    "Invalid value for {name}: {why}": "{name}: {why}",
    "Value error, {why}": "{why}",
    "Input should be a valid integer, {why}": "write a whole number",
    "Input should be a valid integer": "write a whole number",
    "Input should be a valid number, {why}": "write a number",
    "Input should be greater than or equal to {limit}": "write {limit} or more",
    "Input should be less than or equal to {limit}": "write {limit} or less",
}


def say(english: str, **values: object) -> str:
    """Return a phrase in the terminal's language; `english` is a key of SPOKEN."""
    words = SPOKEN[english] if _language() == "ru" else english
    return words.format(**values)


def explain(message: object) -> str:
    """Return the reason of a refusal in the terminal's language."""
    return in_russian(str(message), SPOKEN) if _language() == "ru" else str(message)


def counted(thing: str, count: int) -> str:
    """Return a count with its noun, in the form that the number takes."""
    language = _language()
    forms = COUNTED[language][thing]
    return forms.get(plural_form(count, language), forms["other"]).format(n=count)


def fail_saying(english: str, **values: object) -> NoReturn:
    """Print the reason on standard error, and exit with status 2."""
    fail(say(english, **values))


def usage_lines(error: TyperException) -> list[str]:
    """Return what is wrong with the command line, and where to read more."""
    why = explain(_our_words(error.format_message().rstrip(".")))
    lines = []
    if (context := getattr(error, "ctx", None)) is not None:
        usage = context.get_usage().removeprefix("Usage: ")
        lines.append(say("Usage: {usage}", usage=usage))
        lines.append(say("More: {command} --help", command=context.command_path))
        lines.append("")
    return [*lines, say("Error: {why}", why=why + ("" if why.endswith("?") else "."))]


def _our_words(message: str) -> str:
    for theirs, ours in _USAGE.items():
        if (parts := parts_of(theirs, message)) is not None:
            return ours.format_map({name: _our_words(part) for name, part in parts.items()})
    return message


def _language() -> Language:
    return complete_language(None)
