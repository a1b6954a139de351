"""`kind: email`: a mailbox as one of several desks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from intake.delivery.desk_options import DeskOptions, SecretText
from intake.delivery.desks.email import EmailDesk


class EmailOptions(DeskOptions):
    """Where letters go, and by which server."""

    kind: Literal["email"] = "email"
    smtp_url: SecretText
    to: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    brand: str = Field(default="", max_length=60)
    bounces_to: str = Field(default="", pattern=r"^$|^[^@+\s]+@[^@\s]+$")
    headers_of: Literal["", "znuny", "zammad"] = ""
    sender: str = Field(default="", pattern=r"^$|^[^@\s]+@[^@\s]+$")


def email_desk(name: str, options: EmailOptions, base_url: str = "") -> EmailDesk:
    """A mailbox of the file of desks."""
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
