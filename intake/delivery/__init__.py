"""Delivery: what waits in the outbox gets to a desk, once, or a person is told."""

from intake.delivery.desk import Desk, Receipt, Refused, Unavailable
from intake.delivery.desks.email import EmailDesk
from intake.delivery.worker import Attempt, Courier, DeliveryWorker

__all__ = [
    "Attempt",
    "Courier",
    "DeliveryWorker",
    "Desk",
    "EmailDesk",
    "Receipt",
    "Refused",
    "Unavailable",
]
