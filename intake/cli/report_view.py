"""Print a report on a terminal: the cause, who can fix it, what to do, then the measurements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from diagnostics import Finding, Observation, Report, finding_text, fixer_text, summarise
from diagnostics.texts import Language

_COLOURS = {"critical": "bold red", "warning": "bold yellow", "info": "bold green"}
_MARKS = {
    "ok": ("✓", "green"),
    "fault": ("✗", "red"),
    "unknown": ("?", "yellow"),
    "info": ("·", "dim"),
}
_INDENT, _GAP = "  ", "  "
_MIN_WIDTH = 20  # columns that a text gets, whatever stands beside it
_WORDS = {
    "en": {
        "healthy": "works from here",
        "degraded": "works, with a warning",
        "fault": "does not work",
        "inconclusive": "can't be told from here",
        "also": "Also seen",
        "measured": "Measured {at}, in {seconds} s",
        "second": "s",
        "fixer": "Who can fix it",
        "todo": "What to do",
        "consequence": "Because of it",
    },
    "ru": {
        "healthy": "отсюда работает",
        "degraded": "работает, есть предупреждение",
        "fault": "не работает",
        "inconclusive": "отсюда не определить",
        "also": "Ещё замечено",
        "measured": "Измерено {at} за {seconds} с",
        "second": "с",
        "fixer": "Кто исправит",
        "todo": "Что делать",
        "consequence": "Из-за этого",
    },
}


def show(report: Report, language: Language, console: Console | None = None) -> None:
    """Print a report, no line wider than the terminal; text from the network is never markup."""
    console = console or Console()
    for line in _report(report, language, console):
        # The lines fit already; rich would break or cut them once more, at other places.
        console.print(line, no_wrap=True, overflow="ignore", crop=False)


def _report(report: Report, language: Language, console: Console) -> Iterator[Text]:
    say = _WORDS[language]
    title = f"{report.target.host_display}: {say[report.verdict]}"
    yield from _wrapped(Text(title, style="bold"), console)
    for reason in report.reasons(language):
        yield from _wrapped(Text(reason), console)
    for number, finding in enumerate(report.findings):
        if number == 1:
            yield from (Text(), Text(say["also"], style="bold"))
        yield Text()
        yield from _finding(finding, language, console)
    at = f"{report.started_at:%Y-%m-%d %H:%M} UTC"
    measured = say["measured"].format(at=at, seconds=_decimal(report.duration_s, ".2f", language))
    yield from (Text(), Text(measured, style="bold"))
    yield from _measured(report.observations, language, console)


def _finding(finding: Finding, language: Language, console: Console) -> Iterator[Text]:
    say, text = _WORDS[language], finding_text(finding, language)
    title = Text(text.title, style=_COLOURS[finding.severity])
    title.append(f"{_GAP}{finding.code}", style="not bold dim")
    yield from _wrapped(title, console)
    yield from _wrapped(Text(text.explanation), console, indent=len(_INDENT))
    facts = [("todo", text.remedy)]
    if finding.severity != "info":
        facts.insert(0, ("fixer", fixer_text(finding.fixer, "anybody", language)))
    facts += [
        ("consequence", finding_text(other_finding, language).title)
        for other_finding in finding.consequences
    ]
    label_width = max(len(say[name]) for name, _ in facts)
    for name, words in facts:
        label = f"{_INDENT}{say[name]:<{label_width}}{_GAP}"
        first, *others = _wrapped(Text(words), console, indent=len(label))
        yield Text.assemble((label, "bold"), first[len(label) :])
        yield from others


def _measured(
    observations: Iterable[Observation], language: Language, console: Console
) -> Iterator[Text]:
    """Yield a short line for each observation: its result, its place, and how long it took."""
    rows = [
        (summarise(observation, language), _place(observation), observation.duration_s)
        for observation in observations
    ]
    place_width = max((cell_len(place) for _, place, _ in rows), default=0)
    for summary, place, duration_s in rows:
        text, (sign, colour) = summary.text, _MARKS[summary.mark]
        took = f"{_GAP}{_decimal(duration_s, '6.3f', language)} {_WORDS[language]['second']}"
        right = f"{_GAP}{place:<{place_width}}{took}"
        # Cells, not characters: a wide character takes two columns of a terminal.
        text_width = console.width - len(_INDENT) - cell_len(right)
        if text_width < _MIN_WIDTH:  # a long address on a narrow terminal goes along with the text
            text, right = f"{text} {place}".rstrip(), took
            text_width = max(_MIN_WIDTH, console.width - len(_INDENT) - cell_len(right))
        first, *others = _wrapped(Text(text), console, width=text_width)
        blank = " " * (text_width - first.cell_len)
        yield Text.assemble((f"{sign} ", colour), first, blank, (right, "dim"))
        yield from (Text.assemble(_INDENT, line) for line in others)


def _place(observation: Observation) -> str:
    """
    Return where it was measured, in a word: the record type, or the address, for HTTP with the
    scheme.
    """
    if observation.probe == "dns":
        return observation.record_type
    address: str | None = getattr(observation, "address", None)
    if observation.probe == "http":
        return f"{urlsplit(observation.url).scheme} {address or ''}".rstrip()
    return address or ""


def _wrapped(
    text: Text, console: Console, *, indent: int = 0, width: int | None = None
) -> list[Text]:
    """Return the text in lines that fit, without blanks at their ends."""
    lines = text.wrap(console, max(_MIN_WIDTH, width or console.width - indent))
    for line in lines:
        line.rstrip()
    return [Text.assemble(" " * indent, line) for line in lines] or [Text()]


def _decimal(number: float, form: str, language: Language) -> str:
    """Return a number in Python's format `form`, with the language's decimal sign."""
    text = format(number, form)
    return text.replace(".", ",") if language == "ru" else text
