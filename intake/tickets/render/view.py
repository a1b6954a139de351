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
        """Prepare the ticket for a reader; the customer's says "you", with times on their clock.

        `zone` is the desk's own; without it times are in UTC and say so. For the customer it is
        used if no browser reported the customer's zone.
        """
        self.ticket, self._reader = ticket, reader
        self._zone = zone
        self.language = as_language(language)
        phrases = CUSTOMERS_PHRASES if reader == "customer" else PHRASES
        self.say: Phrases = phrases[self.language]
        self._moments = TicketMoments.of(ticket, self.say, self.language, reader, zone)
        self.conversation = ConversationView(
            ticket, language, is_customers=reader == "customer", zone=self._moments.list_zone
        )

    # The cause.

    @property
    def cause(self) -> str:
        """The measured cause; that it is unknown, if it should have been found; else the head."""
        verdict = self.ticket.verdict
        if verdict:
            return verdict.title.in_(self.language)
        # A ticket without measurements says nothing about a cause that nobody looked for.
        is_missed = self.ticket.measures and self._reader == "desk"
        return self.say.not_measured if is_missed else self.head

    @property
    def cause_facts(self) -> list[tuple[str, str]]:
        """Who fixes it, what it is about by name and by address, its code."""
        return cause_facts(self.ticket, self.say, self._reader, self.language)

    @property
    def cause_words(self) -> list[str]:
        """What the cause means, and what to do about it."""
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
        """The reference and the subject."""
        return f"{self.ticket.reference} · {self.subject}"

    @property
    def second_heading(self) -> str:
        """The reference and the subject below the cause; "" if they stand in the cause's place."""
        if self.cause == self.head:
            return ""
        return " · ".join(filter(None, (self.ticket.reference, self.shorter_subject)))

    @property
    def shorter_subject(self) -> str:
        """The subject without the cause, which stands above it: often only the site."""
        return subject_without_cause(self.cause, self.subject)

    @property
    def subject(self) -> str:
        """The ticket's subject on one line."""
        return one_line(self.ticket.headline.in_(self.language), MEASURED_LIMIT)

    @property
    def facts(self) -> list[str]:
        """When it was sent, the promise, the state, the urgency and how complete it is."""
        ticket, say = self.ticket, self.say
        completeness = ticket.completeness
        known = say.completeness.format(answered=completeness.answered, asked=completeness.asked)
        return [
            say.sent.format(when=self._moments.head(ticket.created_at)),
            *self._promise(),
            *self.conversation.state_facts,
            *self.destination,
            *([known] if self._reader == "desk" else []),
        ]

    @property
    def destination(self) -> list[str]:
        """The priority, the queue and the product, each by the department's own name for it."""
        ticket, say = self.ticket, self.say
        product = (say.product, ticket.product.title if ticket.product else None, "")
        priority_name = say.priorities.get(ticket.priority, ticket.priority)
        # How a department sorts its work is no concern of the customer's.
        sorting = (
            (say.priority, ticket.priority_title, priority_name),
            (say.queue, ticket.queue_title, ticket.queue),
        )
        sorted_by = (product,) if self._reader == "customer" else (*sorting, product)
        lines = (
            (name, title.in_(self.language) if title else default)
            for name, title, default in sorted_by
        )
        return [f"{name}: {one_line(words)}" for name, words in lines if words]

    def _promise(self) -> Iterator[str]:
        at = self.ticket.answer_by
        if at is not None:
            yield self.say.answer_by.format(when=self._moments.head(at))

    @property
    def person_wanted(self) -> str:
        """The note that the customer asked for a person; "" if not."""
        return self.say.person_wanted if self.ticket.sent_as == "person-wanted" else ""

    # What the customer says.

    @property
    def contradictions(self) -> list[Contradiction]:
        """The answers that contradict a measurement: for staff the most interesting lines."""
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
        """The advice that the customer got, and its results."""
        return [self._advice_line(advice) for advice in self.ticket.advice]

    def _advice_line(self, advice: TicketAdvice) -> AdviceLine:
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
        """How to reach the customer."""
        return contact_facts(self.ticket.contact, self.say)

    @property
    def lines(self) -> list[AnswerLine]:
        """Every answered item that has no section of its own, in the checklist's order."""
        shown_elsewhere = {*self.ticket.completeness.missing, *self.ticket.completeness.unknown}
        shown_elsewhere |= {
            item.id for item in self.ticket.items if has_own_section(item, self.ticket)
        }
        return [
            self._line(item)
            for item in self.ticket.items
            if item.id not in shown_elsewhere and not item.is_empty
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
        """The labels of the questions that the customer couldn't answer."""
        return self._labels(self.ticket.completeness.unknown)

    @property
    def missing(self) -> list[str]:
        """The labels of the questions that were never answered."""
        return self._labels(self.ticket.completeness.missing)

    @property
    def skipped(self) -> list[str]:
        """The labels of the optional questions that the customer skipped."""
        return self._labels(item.id for item in self.ticket.items if item.is_empty)

    def _labels(self, ids: Iterable[str]) -> list[str]:
        labels = {item.id: item.label.in_(self.language) for item in self.ticket.items}
        return [labels[item_id] for item_id in ids if item_id in labels]

    # Evidence.

    @property
    def chains(self) -> list[CheckChain]:
        """Each check's measurements; none if its report isn't for this reader."""
        evidence = EvidenceView(self.language, self.ticket.verdict)
        chains = (evidence.chain(diagnosis) for diagnosis in self.ticket.diagnoses)
        return [chain for chain in chains if chain.head or chain.probes or chain.also]

    # The rest.

    @property
    def environment(self) -> list[tuple[str, str]]:
        """What the customer's own request revealed."""
        environment, say = self.ticket.environment, self.say
        facts = (
            (say.channel, environment.channel),
            (say.browser, environment.browser),
            (say.os, environment.os),
            (say.ip, environment.ip),
            (say.language, say.languages.get(self.ticket.language)),
            (say.timezone, environment.timezone),
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
        """The events, oldest first."""
        lines = history_lines(self.ticket.events, self.say, names_desks=self._reader == "desk")
        return [f"{self._moments.line(moment)}: {text}" for moment, text in lines]

    def contradiction_sentence(self, line: Contradiction) -> str:
        """Return the answer and the measurement in one sentence, and what follows from them."""
        sentence = f"{self.say.says} {quoted(line.answer, self.language)}"
        if line.measured:
            sentence += f"; {self.say.measured}: {quoted(line.measured, self.language)}"
            return f"{sentence}."  # `follows` is written for the customer
        return f"{sentence}. {line.follows}" if line.follows else sentence
