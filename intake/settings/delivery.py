"""The group of settings: where tickets go."""

from __future__ import annotations

from pydantic import Field, model_validator

from intake.settings.group import SettingsGroup
from intake.settings.sources import PREFIX
from intake.settings.values import ExistingPath, Mailbox, MailServerUrl


class DeliverySettings(SettingsGroup):
    """The desks, the mail server, and mail to customers and the operator (docs/desks.md)."""

    heading = "Where tickets go"

    desks: ExistingPath | None = Field(
        default=None,
        description="A file with desks by queue: helpdesks, panels, webhooks (docs/desks.md).",
    )
    operator_email: Mailbox | None = Field(
        default=None,
        description=(
            "Who gets a mail when a ticket can't be delivered or something breaks, once a "
            "day per cause."
        ),
    )
    smtp_url: MailServerUrl | None = Field(
        default=None,
        description=(
            "The mail server, such as `smtp+starttls://user:password@mail.example.com:587`."
        ),
    )
    desk_email: Mailbox | None = Field(
        default=None,
        description="The mailbox that your helpdesk reads; each ticket is mailed there.",
    )
    mail_from: Mailbox | None = Field(
        default=None, description="The sender of Intake's mails. Default: the desk's mailbox."
    )
    bounce_address: Mailbox | None = Field(
        default=None,
        description=(
            "The mailbox for bounces, with an own return path `box+KEY@…` for each mail; "
            "pipe it into `intake bounce -`."
        ),
    )
    desk_replies_by_mail: bool = Field(
        default=False,
        description=(
            "Whether mails to INTAKE_DESK_EMAIL have a Cc in that mailbox, one per ticket, "
            "to which agents' replies can be copied."
        ),
    )
    reply_to_without_email: Mailbox | None = Field(
        default=None,
        description=(
            "The requester of tickets without an e-mail address. Default: an address that no "
            "mail can reach."
        ),
    )
    receipts: bool = Field(
        default=True,
        description=(
            "Whether customers get a copy of what they sent, with its number and a link; at "
            "most three a day per address."
        ),
    )
    ticket_link_days: int = Field(
        default=90, ge=1, description="For how many days a customer's link opens the ticket."
    )

    @model_validator(mode="after")
    def _mail_is_whole(self) -> DeliverySettings:
        if (self.smtp_url is None) != (self.desk_email is None):
            missing = "desk_email" if self.desk_email is None else "smtp_url"
            raise ValueError(
                f"{PREFIX}{missing.upper()}: tickets are mailed when both INTAKE_SMTP_URL and"
                " INTAKE_DESK_EMAIL are set; set it too, or remove the other"
            )
        return self
