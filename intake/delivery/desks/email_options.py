"""`kind: email`: a mailbox as one of several desks."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from intake.delivery.desk_options import DeskOptions, SecretText
from intake.delivery.desks.email import EmailDesk

_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+")


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError("write one e-mail address, like desk@example.com")
    return value


def _address_to_extend(value: str) -> str:
    """Check an address to which our part is added after a "+", so it must have none yet."""
    if "+" in _address(value):
        raise ValueError("write it without a plus; each ticket's own part is put behind one")
    return value


MailAddress = Annotated[str, AfterValidator(_address)]


class EmailOptions(DeskOptions):
    """The address and the server of a mailbox."""

    kind: Literal["email"] = "email"
    smtp_url: SecretText
    to: MailAddress
    brand: str = Field(default="", max_length=60)
    bounces_to: Annotated[str, AfterValidator(_address_to_extend)] = ""
    headers_of: Literal["", "znuny", "zammad"] = ""
    sender: MailAddress = ""


def email_desk(name: str, options: EmailOptions, base_url: str = "") -> EmailDesk:
    """Return the desk for a mailbox of the file of desks."""
    return EmailDesk(
        options.smtp_url.get_secret_value(),
        to=options.to,
        sender=options.sender or options.to,
        name=name,
        mapping=options.mapping(base_url),
        brand=options.brand,
        bounces_to=options.bounces_to,
        headers_of=options.headers_of,
        timeout_s=options.timeout_s,
    )
