"""What waits to be delivered: the table, the lease, when to try again."""

from intake.outbox.enqueue import enqueue, enqueue_entry, enqueue_update, entry_of
from intake.outbox.outbox import (
    Delivery,
    DeliveryState,
    Outbox,
    ParkedRow,
    ticket_states,
)
from intake.outbox.retry import GIVE_UP_AFTER, RandomDraw, retry_delay_s, uniform

__all__ = [
    "GIVE_UP_AFTER",
    "Delivery",
    "DeliveryState",
    "Outbox",
    "ParkedRow",
    "RandomDraw",
    "enqueue",
    "enqueue_entry",
    "enqueue_update",
    "entry_of",
    "retry_delay_s",
    "ticket_states",
    "uniform",
]
