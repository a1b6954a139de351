"""What waits to be delivered: the table, the lease, when to try again."""

from intake.outbox.outbox import (
    Delivery,
    Outbox,
    ParkedRow,
    State,
    enqueue,
    enqueue_update,
    ticket_states,
)
from intake.outbox.retry import GIVE_UP_AFTER, Draw, retry_delay_s, uniform

__all__ = [
    "GIVE_UP_AFTER",
    "Delivery",
    "Draw",
    "Outbox",
    "ParkedRow",
    "State",
    "enqueue",
    "enqueue_update",
    "retry_delay_s",
    "ticket_states",
    "uniform",
]
