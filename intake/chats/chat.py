"""
The interface of live chats: each opens with the customer's case in it.

A chat describes as data what is passed to the vendor's widget, in which order; `assets/chat.js`
executes that in the customer's browser, and nothing else. No value of a case is ever code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

JsonData = str | int | bool | None | Sequence["JsonData"] | Mapping[str, "JsonData"]


@dataclass(frozen=True, slots=True)
class ChatCase:
    """
    What the operator's staff see beside the chat; "" for unknown values.

    `id` is the same for the same case, and can't be guessed. `email_is_proven`: the panel vouched
    for it; an address that a customer typed may be somebody else's.
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
        """
        Return the facts for which vendors have no field, by plain names; empty ones are
        left out.
        """
        values = {
            "ticket": self.reference,
            "cause": self.cause,
            "about": self.about,
            "contact": self.other_contact,
            "link": self.link,
        }
        return {name: text for name, text in values.items() if text}


@dataclass(frozen=True, slots=True)
class ChatCall:
    """A call of the widget: the function's path below `window`, and its arguments."""

    function: str
    arguments: Sequence[JsonData] = ()
    needs_callback: bool = False  # the vendor asks for a function as the last argument


@dataclass(frozen=True, slots=True)
class ChatReady:
    """
    When the widget can be called.

    callback: it calls the function with this path; event: `window` gets this event; method: the
    function with this path exists; queue: calls wait in the function with this path until it is
    loaded.
    """

    kind: Literal["callback", "event", "method", "queue"]
    name: str


@dataclass(frozen=True, slots=True)
class ChatPlan:
    """
    What the browser does: set values below `window`, load the vendor's script, make the calls.

    `after_script` is called as soon as the script is loaded, `calls` once the widget is ready.
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
        """
        Return the plan that opens the chat with the case in it; or an address if the chat is a
        page.
        """
        ...


@dataclass(frozen=True, slots=True)
class ChatAccount:
    """What the vendor gave to the operator; `base` has no slash at the end."""

    id: str
    base: str
    secret: str | None = None


def known_values(**values: str) -> dict[str, JsonData]:
    """Return the values that aren't empty."""
    return {name: text for name, text in values.items() if text}
