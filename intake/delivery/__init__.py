"""Delivery: bring the outbox's tickets to their desks, each once, or report what needs a person."""

from intake.delivery.courier import Attempt, Courier
from intake.delivery.desk import Capabilities, Desk, Loss, Receipt, Refused, Unavailable
from intake.delivery.desk_mapping import DeskMapping
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.email import EmailDesk
from intake.delivery.worker import DeliveryWorker

__all__ = [
    "Attempt",
    "Capabilities",
    "Courier",
    "DeliveryWorker",
    "Desk",
    "DeskMapping",
    "DeskMessage",
    "DeskTicket",
    "EmailDesk",
    "Loss",
    "Receipt",
    "Refused",
    "Unavailable",
]
