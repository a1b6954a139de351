"""Markdown, for desks and chats that show it; readable as plain text where they don't."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from diagnostics.texts import one_line
from intake.tickets.render.cause import TicketReader
from intake.tickets.render.escape import escape_commonmark
from intake.tickets.render.parts import AdviceLine, AnswerLine, CheckChain
from intake.tickets.render.view import TicketView
from intake.tickets.ticket import Ticket


def render_markdown(
    ticket: Ticket,
    language: str,
    *,
    reader: TicketReader = "desk",
    zone: ZoneInfo | None = None,
) -> str:
    """
    Return the ticket as Markdown; the customer's words are escaped and stand in
    quotation blocks.
    """
    view = TicketView(ticket, language, zone, reader=reader)
    return "\n\n".join(block for block in _blocks(view) if block) + "\n"


def _blocks(view: TicketView) -> Iterator[str]:  # noqa: C901, PLR0912  one line a section
    say = view.say
    yield f"# {escape_commonmark(view.cause)}"
    yield _facts(view.cause_facts)
    for words in view.cause_words:
        yield escape_commonmark(words)
    if view.person_wanted:
        yield f"**{view.person_wanted}**"
    if view.contradictions:
        yield f"## {say.contradictions}"
        yield _list(
            f"**{escape_commonmark(contradiction.question)}**: "
            + escape_commonmark(view.contradiction_sentence(contradiction))
            for contradiction in view.contradictions
        )
    if view.advice:
        yield f"## {say.advice}"
        yield "\n\n".join(map(_advice, view.advice))
    if view.second_heading:
        yield f"## {escape_commonmark(view.second_heading)}"
    yield _list(escape_commonmark(fact) for fact in view.facts)
    yield f"## {say.customer}"
    yield _facts(view.contact) or say.nobody
    yield f"## {say.answers}"
    yield "\n\n".join(map(_answer, view.lines)) or say.no_answers
    lacking = (
        (say.unknown, view.unknown),
        (say.missing, view.missing),
        (say.skipped, view.skipped),
    )
    for heading, labels in lacking:
        if labels:
            yield f"### {heading}"
            yield _list(map(escape_commonmark, labels))
    if view.chains:
        yield f"## {say.evidence}"
        for chain in view.chains:
            yield _chain(view, chain)
    if view.environment:
        yield f"## {say.environment}"
        yield _facts(view.environment)
    if view.files:
        yield f"## {say.attachments}"
        yield _list(
            f"{escape_commonmark(file.name)} ({escape_commonmark(file.about)})"
            for file in view.files
        )
    if view.related:
        yield f"## {say.related}"
        yield _list(f"{name}: {escape_commonmark(why)}" for name, why in view.related)
    if view.conversation.entries:
        yield f"## {view.conversation.heading}"
        yield "\n\n".join(_quoted_entry(head, parts) for head, parts in view.conversation.entries)
    yield f"## {say.history}"
    yield _list(escape_commonmark(line) for line in view.history)


def _list(lines: Iterator[str] | map[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _facts(facts: list[tuple[str, str]]) -> str:
    return "\n".join(f"- {name}: {escape_commonmark(one_line(value))}" for name, value in facts)


def _answer(line: AnswerLine) -> str:
    head = f"**{escape_commonmark(one_line(line.question))}** *({line.mark})*"
    return f"{head}\n\n{_quotation(line.answer)}"


def _quoted_entry(head: str, parts: list[str]) -> str:
    return "\n\n".join([f"**{escape_commonmark(head)}**", *map(_quotation, parts)])


def _quotation(text: str) -> str:
    lines = escape_commonmark(text).split("\n")
    # A backslash at a line's end is a hard break (CommonMark 0.31, section 6.7). Leading
    # blanks would begin a block of code, so they are dropped.
    return "\\\n".join(f"> {part.strip()}" if part.strip() else ">" for part in lines)


def _advice(line: AdviceLine) -> str:
    head = f"**{escape_commonmark(line.text)}** *({line.result})*"
    moves = [f"{place}. {escape_commonmark(move)}" for place, move in enumerate(line.moves, 1)]
    return "\n\n".join([head, "\n".join(moves)] if moves else [head])


def _chain(view: TicketView, chain: CheckChain) -> str:
    lines = [escape_commonmark(chain.head)]
    if chain.probes:
        lines.append(
            "\n".join(
                f"- {probe.mark} {escape_commonmark(probe.text)}"
                f"{f' ({probe.took})' if probe.took else ''}"
                for probe in chain.probes
            )
        )
    if chain.also:
        lines.append(f"{view.say.also_found}:")
        lines.append("\n".join(f"- {escape_commonmark(finding)}" for finding in chain.also))
    return "\n\n".join(lines)
