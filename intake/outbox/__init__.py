"""The outbox: deliveries that wait, their leases, and when to try again."""

from intake.outbox.desk_changes import DeskChange, DeskChanges, RemoteState, remember_state
from intake.outbox.enqueue import enqueue, enqueue_entry, enqueue_update, entry_of
from intake.outbox.outbox import Outbox
from intake.outbox.pauses import DeskPause, DeskPauses, OperatorNotices
from intake.outbox.retry import (
    GIVE_UP_AFTER,
    GIVE_UP_ATTEMPTS,
    RandomDraw,
    retry_delay_s,
    uniform,
)
from intake.outbox.rows import Delivery, DeliveryRow, DeliveryState, ParkedRow, ticket_states
from intake.outbox.statistics import DeskDeliveries, delivered_since, undelivered

__all__ = [
    "GIVE_UP_AFTER",
    "GIVE_UP_ATTEMPTS",
    "Delivery",
    "DeliveryRow",
    "DeliveryState",
    "DeskChange",
    "DeskChanges",
    "DeskDeliveries",
    "DeskPause",
    "DeskPauses",
    "OperatorNotices",
    "Outbox",
    "ParkedRow",
    "RandomDraw",
    "RemoteState",
    "delivered_since",
    "enqueue",
    "enqueue_entry",
    "enqueue_update",
    "entry_of",
    "remember_state",
    "retry_delay_s",
    "ticket_states",
    "undelivered",
    "uniform",
]
