"""Build the desks and the delivery worker from the settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Engine

from intake.delivery import DeliveryWorker, Desk, DeskMapping, EmailDesk
from intake.delivery.configuration import ConfiguredDesk, DeskFileError, read_desks
from intake.delivery.desks.api_desk import BaseDesk
from intake.delivery.desks.receipt import RECEIPT, ReceiptMail
from intake.delivery.operator_mail import OperatorMail
from intake.delivery.replies.mailbox import ReplyMailbox
from intake.settings import Settings, SettingsError
from intake.tickets import TicketLinks


def build_worker(
    settings: Settings, engine: Engine, desks: Sequence[ConfiguredDesk], links: TicketLinks
) -> DeliveryWorker:
    """Return the worker for these desks and the customers' receipts; nothing is started."""
    every_desk = [*(entry.desk for entry in desks), *_receipts(settings, links)]
    return DeliveryWorker(engine, every_desk, operator=operator_mail(settings))


def _email_desk(settings: Settings) -> Desk | None:
    if settings.smtp_url is None or settings.desk_email is None:
        return None
    return EmailDesk(
        settings.smtp_url.get_secret_value(),
        to=settings.desk_email,
        sender=settings.mail_from or settings.desk_email,
        brand=settings.name,
        bounces_to=settings.bounce_address or "",
        mapping=DeskMapping(
            base_url=settings.base_url, without_email=settings.reply_to_without_email or ""
        ),
    )


def _receipts(settings: Settings, links: TicketLinks) -> list[Desk]:
    if settings.smtp_url is None or settings.desk_email is None or not settings.receipts:
        return []
    url, sender = settings.smtp_url.get_secret_value(), settings.mail_from or settings.desk_email
    mailer = EmailDesk(
        url,
        to=settings.desk_email,
        sender=sender,
        name=RECEIPT,
        bounces_to=settings.bounce_address or "",
    )
    return [
        ReceiptMail(
            mailer,
            sender=sender,
            reply_to=settings.desk_email,
            name=settings.name,
            zone=settings.timezone,
            ticket_url=lambda ticket: f"{settings.base_url}/t/{links.token(ticket.reference)}",
        )
    ]


def operator_mail(settings: Settings) -> OperatorMail | None:
    """Return what mails the operator; None if no mailbox or no mail server is set."""
    url, to = settings.smtp_url, settings.operator_email
    if url is None or to is None:
        return None
    sender = settings.mail_from or settings.desk_email or to
    mailer = EmailDesk(url.get_secret_value(), to=to, sender=sender, name="operator")
    return OperatorMail(
        mailer.mail, to=to, sender=sender, name=settings.name, language=settings.language
    )


def reply_mailboxes(
    settings: Settings, desks: Sequence[ConfiguredDesk], secret: bytes
) -> tuple[ReplyMailbox, ...]:
    """
    Return the mailboxes for agents' replies by mail; those desks' tickets have the addresses from
    now on.

    Raises:
        SettingsError: no mailbox is set for them.
    """
    mailboxes = []
    for entry in desks:
        if not entry.replies_by_mail or not isinstance(entry.desk, BaseDesk):
            continue
        if settings.bounce_address is None:
            raise SettingsError(
                f"INTAKE_BOUNCE_ADDRESS: replies of the desk '{entry.desk.name}' come by mail;"
                " name the mailbox that is piped into `intake bounce -`."
            )
        mailbox = ReplyMailbox(settings.bounce_address, entry.desk.name, secret)
        entry.desk.set_reply_addresses(mailbox)
        mailboxes.append(mailbox)
    return tuple(mailboxes)


# Each returns one desk, or None if the operator hasn't set it up.
_DESKS: tuple[Callable[[Settings], Desk | None], ...] = (_email_desk,)


def configured_desks(settings: Settings) -> tuple[ConfiguredDesk, ...]:
    """
    Return the desks of the settings, which take every queue, then those of the file.

    Raises:
        SettingsError: the file can't be used.
    """
    by_mail = settings.desk_replies_by_mail
    made = (make(settings) for make in _DESKS)
    desks = [ConfiguredDesk(desk, replies_by_mail=by_mail) for desk in made if desk is not None]
    if settings.desks is not None:
        try:
            desks += read_desks(settings.desks, base_url=settings.base_url)
        except DeskFileError as error:
            end = "" if str(error).endswith("?") else "."
            raise SettingsError(f"INTAKE_DESKS: {error}{end}") from error
    names = [entry.desk.name for entry in desks]
    if len(set(names)) < len(names):
        raise SettingsError(
            "INTAKE_DESKS: 'email' is the desk of INTAKE_DESK_EMAIL; give this one another name."
        )
    return tuple(desks)
