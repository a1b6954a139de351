"""A ticket's conversation in one language: who wrote what and when, before any form's escaping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from diagnostics.texts import Language, as_language, load_catalogue, one_line
from intake.tickets.render.formats import MEASURED_LIMIT, format_moment
from intake.tickets.render.words import PHRASES
from intake.tickets.ticket import ConversationEntry, Ticket, TicketText

_WORDS: Final = Path(__file__).with_name("conversation.yaml")


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry: its author, our words for the event, the author's text, the names of its files."""

    entry: ConversationEntry
    author: str
    event: str
    text: str
    files: str

    @property
    def parts(self) -> tuple[str, str, str]:
        """The event, the text and the files; "" for a part that the entry doesn't have."""
        return self.event, self.text, self.files


class ConversationView:
    """
    The conversation in a reader's language; with `is_customers` the reader is the customer, called
    "you".
    """

    def __init__(
        self,
        ticket: Ticket,
        language: str,
        *,
        is_customers: bool = False,
        zone: ZoneInfo | None = None,
    ) -> None:
        """`zone` is the reader's time zone; without it times are in UTC and say so."""
        self.ticket, self.language = ticket, as_language(language)
        self._is_customers, self._zone = is_customers, zone

    @property
    def state(self) -> str:
        """The ticket's state in words."""
        return self._state_words(self.ticket.state)

    @property
    def state_facts(self) -> list[str]:
        """The line with the ticket's state; empty while there is no conversation."""
        if not self.ticket.conversation:
            return []
        return [f"{conversation_words('state', self.language)}: {self.state}"]

    @property
    def heading(self) -> str:
        """The heading above the entries."""
        return conversation_words("since", self.language)

    @property
    def entries(self) -> list[tuple[str, list[str]]]:
        """Every entry as (time and author, its parts in order)."""
        phrases = PHRASES[self.language]
        return [
            (
                f"{format_moment(line.entry.at, phrases, self._zone)}, {line.author}",
                [part for part in line.parts if part],
            )
            for line in self.lines
        ]

    @property
    def lines(self) -> list[EntryLine]:
        """Every entry, oldest first."""
        return [self.line(entry) for entry in self.ticket.conversation]

    def line(self, entry: ConversationEntry) -> EntryLine:
        """Return one entry in words."""
        names = ", ".join(one_line(file.name, MEASURED_LIMIT) for file in entry.files)
        return EntryLine(
            entry=entry,
            author=self.author(entry),
            event=self._event(entry),
            text=entry.text.strip(),
            files=conversation_words("files", self.language, names=names) if names else "",
        )

    def author(self, entry: ConversationEntry) -> str:
        """Return the author in words; staff with their name."""
        if self._is_customers and entry.author == "customer":
            return conversation_words("you", self.language)
        role = conversation_words(f"authors.{entry.author}", self.language)
        name = one_line(entry.author_name, MEASURED_LIMIT)
        if not name:
            return role
        return conversation_words("named", self.language, name=name, author=role)

    def _state_words(self, state: object) -> str:
        group = "states_yours" if self._is_customers else "states"
        return conversation_words(f"{group}.{state}", self.language)

    def _event(self, entry: ConversationEntry) -> str:
        """Return the words for what happened; "" for an entry that is only its text."""
        values: dict[str, str] = {}
        match entry.kind:
            case "works-again":
                key = "works_again"
            case "rating":
                key = "rating"
                rating_key = f"ratings.{entry.details['rating']}"
                values["rating"] = conversation_words(rating_key, self.language)
            case "state":
                key, values["state"] = "state_set", self._state_words(entry.details["state"])
            case "related" | "joined":
                key, values["reference"] = entry.kind, str(entry.details["reference"])
            case "question":
                key = "question_yours" if self._is_customers else "question"
            case "owner":
                values["owner"] = one_line(str(entry.details["owner"]), MEASURED_LIMIT)
                key = "owner" if values["owner"] else "owner_none"
            case "probed":
                key, values = "probed", self._probe_words(entry)
            case "again" | "note":
                key = entry.kind
            case _:
                return ""
        return conversation_words(key, self.language, **values)

    def _probe_words(self, entry: ConversationEntry) -> dict[str, str]:
        """Return the words for the result of a second measurement."""
        before, now = (self._cause(entry.details.get(name)) for name in ("before", "now"))
        outcome = conversation_words(
            f"probe_outcomes.{entry.details['outcome']}", self.language, before=before, now=now
        )
        target = one_line(str(entry.details["target"]), MEASURED_LIMIT)
        return {"target": target, "outcome": outcome}

    def _cause(self, title: object) -> str:
        if title is None:
            return conversation_words("probe_no_cause", self.language)
        return one_line(TicketText.model_validate(title).in_(self.language), MEASURED_LIMIT)


@cache
def _catalogue() -> Mapping[str, Any]:
    return load_catalogue(_WORDS)


def conversation_words(key: str, language: Language, **values: str) -> str:
    """
    Return one of our phrases about conversations; a dot in the key leads into a group.

    Raises:
        KeyError: there is no such phrase.
    """
    line: Any = _catalogue()
    for part in key.split("."):
        line = line[part]
    text: str = line[language]
    return text.format(**values) if values else text


def reason_of_relation(why: str, language: Language) -> str:
    """Return why two tickets are related, in words; an unknown reason comes back as one line."""
    reasons = _catalogue()["related_why"]
    return str(reasons[why][language]) if why in reasons else one_line(why)
