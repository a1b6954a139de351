"""
What every chat can do: take a case along when it opens.

A chat says in data what its vendor's widget is told, in which order; `assets/chat.js` does that in
the customer's browser, and nothing else. No value of a case is ever code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

JsonData = str | int | bool | None | Sequence["JsonData"] | Mapping[str, "JsonData"]


@dataclass(frozen=True, slots=True)
class ChatCase:
    """
    What the operator's people see beside the chat; empty where it isn't known.

    `id` is the same for the same case, and can't be guessed. `email_is_proven`: the panel said it;
    what a customer typed may be somebody else's address.
    """

    id: str
    language: str
    name: str = ""
    email: str = ""
    phone: str = ""
    other_contact: str = ""
    email_is_proven: bool = False
    reference: str = ""
    cause: str = ""
    about: str = ""  # the subject of the ticket, as it is or would be
    link: str = ""  # the ticket's page for staff, who sign in there

    def facts(self) -> Mapping[str, str]:
        """What a vendor has no field of its own for, by a plain name; nothing that is empty."""
        named = {
            "ticket": self.reference,
            "cause": self.cause,
            "about": self.about,
            "contact": self.other_contact,
            "link": self.link,
        }
        return {name: text for name, text in named.items() if text}


@dataclass(frozen=True, slots=True)
class ChatCall:
    """A call of the widget's: the function's path below `window`, and what it is given."""

    function: str
    arguments: Sequence[JsonData] = ()
    needs_callback: bool = False  # the vendor asks for a function as the last argument


@dataclass(frozen=True, slots=True)
class ChatReady:
    """
    When the widget takes calls.

    callback: it calls the function of this path; event: `window` hears of it; method: the function
    of this path is there; queue: calls wait in the function of this path until it is loaded.
    """

    kind: Literal["callback", "event", "method", "queue"]
    name: str


@dataclass(frozen=True, slots=True)
class ChatPlan:
    """
    What the browser does: values below `window`, the vendor's script, the calls after it.

    `after_script` is called as soon as the script is there, `calls` once the widget is ready.
    """

    script: str
    ready: ChatReady
    calls: Sequence[ChatCall]
    values: Mapping[str, JsonData]
    after_script: Sequence[ChatCall] = ()


class Chat(Protocol):
    """One vendor's chat as the operator has set it up."""

    title: str  # the vendor's name, as customers know it

    def plan(self, case: ChatCase) -> ChatPlan | str:
        """What opens the chat with the case in it; an address where the chat is a page."""
        ...


@dataclass(frozen=True, slots=True)
class ChatAccount:
    """What the operator was given by the vendor; `base` is without a slash at the end."""

    id: str
    base: str
    secret: str | None = None


def filled(**values: str) -> dict[str, JsonData]:
    """Those of the values that are known."""
    return {name: text for name, text in values.items() if text}
