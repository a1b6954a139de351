"""Plain text: the form that every desk, every terminal and every phone keeps whole."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from diagnostics.texts import escape_hidden_lines
from intake.tickets.render.cause import TicketReader
from intake.tickets.render.escape import WIDTH, indent
from intake.tickets.render.parts import AdviceLine, AnswerLine, CheckChain
from intake.tickets.render.view import TicketView
from intake.tickets.ticket import Ticket

_INDENT = "    "


def render_text(
    ticket: Ticket,
    language: str,
    *,
    reader: TicketReader = "desk",
    zone: ZoneInfo | None = None,
) -> str:
    """
    Return the ticket as plain text; the customer's words are always indented, so none looks like a
    heading.
    """
    view = TicketView(ticket, language, zone, reader=reader)
    blocks = ("\n".join(block) for block in _blocks(view))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _blocks(view: TicketView) -> Iterator[list[str]]:
    say = view.say
    yield [*_wrapped(view.cause), *_facts(view.cause_facts)]
    yield [line for words in view.cause_words for line in _wrapped(words)]
    if view.person_wanted:
        yield _wrapped(f"! {view.person_wanted}")
    if view.contradictions:
        yield [
            _heading(say.contradictions),
            *(
                part
                for contradiction in view.contradictions
                for part in (
                    *_wrapped(f"! {contradiction.question}"),
                    indent(view.contradiction_sentence(contradiction), _INDENT),
                )
            ),
        ]
    if view.advice:
        yield [_heading(say.advice), *(part for line in view.advice for part in _advice(line))]
    yield [*([_heading(view.second_heading)] if view.second_heading else []), *view.facts]
    yield [_heading(say.customer), *(_facts(view.contact) or [say.nobody])]
    yield [_heading(say.answers), *((view.lines and _answers(view)) or [say.no_answers])]
    yield _labels(say.unknown, view.unknown)
    yield _labels(say.missing, view.missing)
    yield _labels(say.skipped, view.skipped)
    if view.chains:
        first, *others = view.chains
        yield [_heading(say.evidence), *_chain(view, first)]
        for chain in others:
            yield _chain(view, chain)
    if view.environment:
        yield [_heading(say.environment), *_facts(view.environment)]
    if view.files:
        yield [
            _heading(say.attachments),
            *(f"{_INDENT}{file.name} ({file.about})" for file in view.files),
        ]
    if view.related:
        yield [_heading(say.related), *(f"{_INDENT}{name}: {why}" for name, why in view.related)]
    if view.conversation.entries:
        yield [_heading(view.conversation.heading), *_entries(view)]
    yield [_heading(say.history), *view.history]


def _heading(words: str) -> str:
    return f"== {words}"


def _wrapped(words: str) -> list[str]:
    return indent(words, "").split("\n")


def _facts(facts: list[tuple[str, str]]) -> list[str]:
    return [f"{name}: {escape_hidden_lines(value)}" for name, value in facts]


def _answers(view: TicketView) -> list[str]:
    return [part for line in view.lines for part in _answer(line)]


def _answer(line: AnswerLine) -> list[str]:
    return [_marked(f"- {line.question}", f"[{line.mark}]"), indent(line.answer, _INDENT)]


def _advice(line: AdviceLine) -> list[str]:
    moves = (indent(f"{place}. {move}", _INDENT) for place, move in enumerate(line.moves, 1))
    return [_marked(f"- {line.text}", f"[{line.result}]"), *moves]


def _entries(view: TicketView) -> Iterator[str]:
    for head, parts in view.conversation.entries:
        yield f"- {head}"
        yield from (indent(part, _INDENT) for part in parts)


def _marked(words: str, mark: str) -> str:
    """Return a line with a mark at its right edge, or on the next line if there is no room."""
    spaces = WIDTH - len(words) - len(mark)
    return f"{words}{' ' * spaces}{mark}" if spaces > 0 else f"{words}\n{mark.rjust(WIDTH)}"


def _labels(heading: str, labels: list[str]) -> list[str]:
    return [_heading(heading), *(f"- {label}" for label in labels)] if labels else []


def _chain(view: TicketView, chain: CheckChain) -> list[str]:
    lines = [chain.head]
    for probe in chain.probes:
        text = f"{_INDENT}{probe.mark} {probe.text}"
        room = WIDTH - len(text) - len(probe.took)
        lines.append(f"{text}{' ' * max(room, 2)}{probe.took}".rstrip())
    if chain.also:
        lines += [f"{view.say.also_found}:", *(f"{_INDENT}- {finding}" for finding in chain.also)]
    return lines
