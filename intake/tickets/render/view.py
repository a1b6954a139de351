"""A ticket in one language: what every form shows, before any form's escaping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from zoneinfo import ZoneInfo

from diagnostics.texts import as_language, one_line
from intake.journey.kinds.moment_absolute import display_absolute
from intake.tickets.render.cause import TicketReader, cause_facts
from intake.tickets.render.contact_view import contact_facts, has_own_section
from intake.tickets.render.conversation_view import ConversationView, reason_of_relation
from intake.tickets.render.customer_words import CUSTOMERS_PHRASES
from intake.tickets.render.evidence import EvidenceView, why_no_report
from intake.tickets.render.formats import (
    MEASURED_LIMIT,
    format_size,
    quoted,
)
from intake.tickets.render.history import history_lines
from intake.tickets.render.parts import (
    AdviceLine,
    AnswerLine,
    CheckChain,
    Contradiction,
    FileLine,
    subject_without_cause,
)
from intake.tickets.render.ticket_moments import TicketMoments
from intake.tickets.render.words import PHRASES, Phrases
from intake.tickets.ticket import Ticket, TicketAdvice, TicketItem


class TicketView:
    """The ticket in a reader's language."""

    def __init__(
        self,
        ticket: Ticket,
        language: str,
        zone: ZoneInfo | None = None,
        *,
        reader: TicketReader = "desk",
    ) -> None:
        """
        `zone`: a desk's own, where it is known; else moments are in UTC and say so.

        To the customer the ticket says "you", and the time on the customer's own clock; on that
        of `zone` where no browser told which clock that is.
        """
        self.ticket, self._reader = ticket, reader
        self._zone = zone
        self.language = as_language(language)
        phrases = CUSTOMERS_PHRASES if reader == "customer" else PHRASES
        self.say: Phrases = phrases[self.language]
        self._moments = TicketMoments.of(ticket, self.say, self.language, reader, zone)
        self.conversation = ConversationView(
            ticket, language, is_customers=reader == "customer", zone=self._moments.zone_of_lines
        )

    # The cause.

    @property
    def cause(self) -> str:
        """What is wrong, as measured; that it isn't known, where it was to be measured."""
        verdict = self.ticket.verdict
        if verdict:
            return verdict.title.in_(self.language)
        # Whoever asked for a person needs no word about a cause that nobody looked for.
        is_missed = self.ticket.measures and self._reader == "desk"
        return self.say.not_measured if is_missed else self.head

    @property
    def cause_facts(self) -> list[tuple[str, str]]:
        """Who fixes it, what it is about by name and by address, its code."""
        return cause_facts(self.ticket, self.say, self._reader, self.language)

    @property
    def cause_words(self) -> list[str]:
        """What it means, and what to do about it."""
        verdict = self.ticket.verdict
        if verdict is None:
            reasons = (why_no_report(diagnosis, self.say) for diagnosis in self.ticket.diagnoses)
            return [reason for reason in reasons if reason]
        remedy = verdict.remedy.in_(self.language)
        words = [verdict.explanation.in_(self.language)]
        if remedy:
            words.append(f"{self.say.remedy}: {remedy}")
        return [text for text in words if text]

    # Head.

    @property
    def head(self) -> str:
        """The number, the subject."""
        return f"{self.ticket.reference} · {self.subject}"

    @property
    def second_heading(self) -> str:
        """The number and the subject below the cause; nothing where they stand in its place."""
        if self.cause == self.head:
            return ""
        return " · ".join(filter(None, (self.ticket.reference, self.shorter_subject)))

    @property
    def shorter_subject(self) -> str:
        """What the subject says beside the cause, which stands above already: the site."""
        return subject_without_cause(self.cause, self.subject)

    @property
    def subject(self) -> str:
        """The ticket's subject on one line."""
        return one_line(self.ticket.headline.in_(self.language), MEASURED_LIMIT)

    @property
    def facts(self) -> list[str]:
        """When, how urgent, for whom, how complete."""
        ticket, say = self.ticket, self.say
        done = ticket.completeness
        known = say.completeness.format(answered=done.answered, asked=done.asked)
        return [
            say.sent.format(when=self._moments.head(ticket.created_at)),
            *self._promise(),
            *self.conversation.state_facts,
            *self.destination,
            *([known] if self._reader == "desk" else []),
        ]

    @property
    def destination(self) -> list[str]:
        """How urgent it is, where it goes, what it is about, each by the department's name."""
        ticket, say = self.ticket, self.say
        product = (say.product, ticket.product.title if ticket.product else None, "")
        usual = say.priorities.get(ticket.priority, ticket.priority)
        # How a department sorts its work is no concern of the customer's.
        sorting = (
            (say.priority, ticket.priority_title, usual),
            (say.queue, ticket.queue_title, ticket.queue),
        )
        named = (product,) if self._reader == "customer" else (*sorting, product)
        lines = ((name, title.in_(self.language) if title else bare) for name, title, bare in named)
        return [f"{name}: {one_line(words)}" for name, words in lines if words]

    def _promise(self) -> Iterator[str]:
        at = self.ticket.answer_by
        if at is not None:
            yield self.say.answer_by.format(when=self._moments.head(at))

    @property
    def person_wanted(self) -> str:
        """That the customer asked for a person, if so."""
        return self.say.person_wanted if self.ticket.sent_as == "person-wanted" else ""

    # What the customer says.

    @property
    def contradictions(self) -> list[Contradiction]:
        """For staff the most interesting lines of all."""
        return [
            Contradiction(
                question=item.label.in_(self.language),
                answer=one_line(item.display.in_(self.language), MEASURED_LIMIT),
                measured=self._measured(item) if item.measured is not None else "",
                follows=item.follows.in_(self.language) if item.follows else "",
            )
            for item in self.ticket.contradictions
        ]

    def _measured(self, item: TicketItem) -> str:
        text = item.measured_display.in_(self.language) if item.measured_display else None
        return one_line(text or str(item.measured), MEASURED_LIMIT)

    @property
    def advice(self) -> list[AdviceLine]:
        """What the customer was advised, and what came of it."""
        return [self._advised(advice) for advice in self.ticket.advice]

    def _advised(self, advice: TicketAdvice) -> AdviceLine:
        result = self.say.advice_results[advice.result]
        if advice.at:
            result = f"{result}, {self._moments.line(advice.at, self._zone)}"
        return AdviceLine(
            text=one_line(advice.text.in_(self.language)),
            moves=tuple(one_line(move.in_(self.language)) for move in advice.moves),
            result=result,
        )

    @property
    def contact(self) -> list[tuple[str, str]]:
        """Whom to answer."""
        return contact_facts(self.ticket.contact, self.say)

    @property
    def lines(self) -> list[AnswerLine]:
        """Everything that is known, in the checklist's order."""
        elsewhere = {*self.ticket.completeness.missing, *self.ticket.completeness.unknown}
        elsewhere |= {item.id for item in self.ticket.items if has_own_section(item, self.ticket)}
        return [
            self._line(item)
            for item in self.ticket.items
            if item.id not in elsewhere and not item.is_empty
        ]

    def _line(self, item: TicketItem) -> AnswerLine:
        mark = self.say.sources[item.source]
        if item.insisted:
            mark = f"{mark}, {self.say.insisted}"
        return AnswerLine(
            question=item.label.in_(self.language),
            answer=self._answered(item).strip() or self.say.nothing,
            mark=mark,
        )

    def _answered(self, item: TicketItem) -> str:
        value = item.answer
        if self._reader == "customer" and item.kind == "moment" and isinstance(value, Mapping):
            return display_absolute(value, self.language, answered_at=item.at, is_customers=True)
        return item.display.in_(self.language)

    @property
    def unknown(self) -> list[str]:
        """What the customer doesn't know, by label."""
        return self._labels(self.ticket.completeness.unknown)

    @property
    def missing(self) -> list[str]:
        """What was never answered, by label."""
        return self._labels(self.ticket.completeness.missing)

    @property
    def skipped(self) -> list[str]:
        """What the customer might have said, and passed over."""
        return self._labels(item.id for item in self.ticket.items if item.is_empty)

    def _labels(self, ids: Iterable[str]) -> list[str]:
        labels = {item.id: item.label.in_(self.language) for item in self.ticket.items}
        return [labels[item_id] for item_id in ids if item_id in labels]

    # Evidence.

    @property
    def chains(self) -> list[CheckChain]:
        """What each check saw; a check whose report isn't for this reader may leave nothing."""
        evidence = EvidenceView(self.language, self.ticket.verdict)
        chains = (evidence.chain(diagnosis) for diagnosis in self.ticket.diagnoses)
        return [chain for chain in chains if chain.head or chain.probes or chain.also]

    # The rest.

    @property
    def environment(self) -> list[tuple[str, str]]:
        """What the customer's own request told."""
        seen, say = self.ticket.environment, self.say
        facts = (
            (say.channel, seen.channel),
            (say.browser, seen.browser),
            (say.os, seen.os),
            (say.ip, seen.ip),
            (say.language, say.languages.get(self.ticket.language)),
            (say.timezone, seen.timezone),
        )
        return [(name, one_line(value, MEASURED_LIMIT)) for name, value in facts if value]

    @property
    def files(self) -> list[FileLine]:
        """The customer's files."""
        return [
            FileLine(
                id=file.id,
                name=one_line(file.name, MEASURED_LIMIT),
                about=f"{file.type}, {format_size(file.size_bytes, self.say)}",
            )
            for file in self.ticket.attachments
        ]

    @property
    def related(self) -> list[tuple[str, str]]:
        """Other tickets about the same thing."""
        return [
            (other.reference, reason_of_relation(other.why, self.language))
            for other in self.ticket.related
        ]

    @property
    def history(self) -> list[str]:
        """What happened, oldest first."""
        lines = history_lines(self.ticket.events, self.say, names_desks=self._reader == "desk")
        return [f"{self._moments.line(moment)}: {text}" for moment, text in lines]

    def contradicted(self, line: Contradiction) -> str:
        """Both words in one sentence, and what follows from them."""
        sentence = f"{self.say.says} {quoted(line.answer, self.language)}"
        if line.measured:
            sentence += f"; {self.say.measured}: {quoted(line.measured, self.language)}"
            return f"{sentence}."  # what follows from it was written for the customer
        return f"{sentence}. {line.follows}" if line.follows else sentence
