"""`intake desks`: list the desks, and check whether one takes a ticket whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from diagnostics.texts import CompleteLanguage, Language
from intake.authoring.loader import examine_file
from intake.bootstrap import Services, load_services
from intake.cli.system_language import language_of_the_system
from intake.database import utc_now
from intake.delivery.configuration import ConfiguredDesk
from intake.delivery.desk_check import CheckStep, check_desk, make_test_ticket, queue_to_test
from intake.delivery.desk_mapping import OTHERWISE
from intake.delivery.loss_words import loss_line
from intake.journey.checklist_paths import checklist_files
from intake.operations.doctor.desk_names import checklist_queues
from intake.operations.doctor.examine import served_folder
from intake.tickets.reference import new_reference

desks_app = typer.Typer(
    help="List the desks, and test one end to end.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

_WORDS = {
    "en": {
        "none": "No desk is set up: set INTAKE_SMTP_URL and INTAKE_DESK_EMAIL, or INTAKE_DESKS",
        "unknown": "There is no desk '{name}'; these are set up: {names}",
        "no-queue": "! No checklist and no desk has the queue '{queue}'; known: {names}",
        "all-queues": "every queue",
        "head": "Desk '{name}', test ticket {reference}",
        "create": "takes a ticket: {why}",
        "create-not": "takes no ticket. {why}",
        "verify": "keeps all of it: requester, queue, priority, fields, file, text",
        "verify-not": "does not keep {why}",
        "find": "is found by its reference",
        "find-not": "is not found by its reference: {why}. A ticket could come twice",
        "find-late": "is not found yet; after a lost answer we wait {why} s, then create",
        "find-other": "finds nothing for a reference that nobody has",
        "find-other-not": "finds {why} for a reference that nobody has. Check the field's name",
        "append": "takes an addition",
        "append-not": "an addition is not there afterwards. {why}",
        "close": "the test ticket is closed",
        "close-not": "the test ticket stays open: close it there. {why}",
        "blind": "can't be read back: look for it there, and close it",
        "time-not": "took {why} s; more than 20 s are slow for a hand-over",
        "good": "Desk '{name}' works",
        "bad": "Desk '{name}' needs you: see ✗",
    },
    "ru": {
        "none": "Систем нет: задайте INTAKE_SMTP_URL и INTAKE_DESK_EMAIL или INTAKE_DESKS",
        "unknown": "Системы «{name}» нет; подключены: {names}",
        "no-queue": "! Очереди «{queue}» нет ни в чек-листах, ни у систем; есть: {names}",
        "all-queues": "все очереди",
        "head": "Система «{name}», пробное обращение {reference}",
        "create": "принимает обращение: {why}",
        "create-not": "не принимает обращение. {why}",
        "verify": "сохраняет всё: заявителя, очередь, срочность, поля, файл, текст",
        "verify-not": "не сохраняет: {why}",
        "find": "находит обращение по номеру",
        "find-not": "не находит обращение по номеру: {why}. Оно может прийти дважды",
        "find-late": "пока не находит; после потерянного ответа ничего не создаём ещё {why} с",
        "find-other": "по чужому номеру ничего не находит",
        "find-other-not": "по номеру, которого нет, находит {why}. Проверьте название поля",
        "append": "принимает дополнение",
        "append-not": "дополнения потом нет. {why}",
        "close": "пробное обращение закрыто",
        "close-not": "пробное обращение осталось открытым: закройте его там. {why}",
        "blind": "прочитать обратно нельзя: найдите обращение там и закройте его",
        "time-not": "заняло {why} с; больше 20 с на передачу — это медленно",
        "good": "Система «{name}» работает",
        "bad": "Нужно ваше участие, система «{name}»: смотрите ✗",
    },
}
_SOMETHING_WRONG = 1
_NO_SUCH_DESK = 2


@desks_app.command("list")
def list_desks() -> None:
    """Each desk by name, with the queues whose tickets go there."""
    say = _WORDS[_supported_language(language_of_the_system())]
    desks = load_services().desks
    if not desks:
        typer.echo(say["none"])
    for entry in desks:
        typer.echo(f"{entry.desk.name}: {', '.join(entry.takes) or say['all-queues']}")


@desks_app.command("check")
def check_desks(
    name: Annotated[str, typer.Argument(help="one desk; all of them without it")] = "",
    *,
    queue: Annotated[str, typer.Option(help="the queue of the test ticket")] = "",
    language: Annotated[
        CompleteLanguage | None, typer.Option(help="by default the system's")
    ] = None,
) -> None:
    """
    Hand a marked test ticket to a desk, read every mapped field back, add to it, close it.

    Exit status: 0 all of it is kept; 1 something isn't; 2 there is no such desk.
    """
    services, chosen = load_services(), _supported_language(language or language_of_the_system())
    say = _WORDS[chosen]
    desks = [entry for entry in services.desks if name in {"", entry.desk.name}]
    if not services.desks:
        typer.echo(say["none"], err=True)
        raise typer.Exit(_SOMETHING_WRONG)
    if not desks:
        names = ", ".join(entry.desk.name for entry in services.desks)
        typer.echo(say["unknown"].format(name=name, names=names), err=True)
        raise typer.Exit(_NO_SUCH_DESK)
    known = _known_queues(services) if queue else ()
    if queue and queue not in known:
        typer.echo(say["no-queue"].format(queue=queue, names=", ".join(known)), err=True)
    results = [_check(services, entry, queue, chosen) for entry in desks]
    if not all(results):
        raise typer.Exit(_SOMETHING_WRONG)


def _known_queues(services: Services) -> tuple[str, ...]:
    """Return every queue that a ticket can have, by the served checklists and the file of desks."""
    files = checklist_files(served_folder(services.settings))
    checklists = [checklist for file in files if (checklist := examine_file(file).checklist)]
    names = [name for checklist in checklists for name in checklist_queues(checklist)]
    for entry in services.desks:
        names += [*entry.takes, *(name for name in entry.desk.mapping.queues if name != OTHERWISE)]
    return tuple(dict.fromkeys(names))


def _check(services: Services, entry: ConfiguredDesk, queue: str, language: Language) -> bool:
    desk, say, settings = entry.desk, _WORDS[language], services.settings
    test_queue = queue or queue_to_test(desk, entry.takes)
    email = settings.operator_email or settings.mail_from
    ticket = make_test_ticket(new_reference(), utc_now(), queue=test_queue, email=email)
    typer.echo(say["head"].format(name=desk.name, reference=ticket.reference))
    is_good = True
    for step in check_desk(desk, ticket):
        is_good = is_good and step.is_good
        typer.echo(f"  {_mark(step)} {'; '.join(_lines(step, language))}")
    typer.echo(say["good" if is_good else "bad"].format(name=desk.name))
    return is_good


def _mark(step: CheckStep) -> str:
    """Return ✓, ✗, or · where the desk can't be asked and nothing was proven."""
    if step.name == "blind":
        return "·"
    return "✓" if step.is_good else "✗"


def _lines(step: CheckStep, language: Language) -> Iterator[str]:
    say = _WORDS[language]
    if step.name == "find" and step.is_good and step.why:
        yield say["find-late"].format(why=step.why)
        return
    words = say[step.name if step.is_good else f"{step.name}-not"]
    why: Sequence[str] = [loss_line(loss, language) for loss in step.losses] or [
        _why(step, language)
    ]
    yield words.format(why="; ".join(why)).strip()


def _why(step: CheckStep, language: Language) -> str:
    return step.russian if language == "ru" and step.russian else step.why


def _supported_language(language: Language) -> Language:
    return language if language in _WORDS else "en"
