"""What waits to be delivered: the table, the lease, when to try again."""

from intake.outbox.enqueue import enqueue, enqueue_entry, enqueue_update, entry_of
from intake.outbox.outbox import Outbox
from intake.outbox.pauses import DeskPause, DeskPauses, OperatorNotices
from intake.outbox.retry import GIVE_UP_AFTER, RandomDraw, retry_delay_s, uniform
from intake.outbox.rows import Delivery, DeliveryRow, DeliveryState, ParkedRow, ticket_states
from intake.outbox.statistics import DeskDeliveries, delivered_since, undelivered

__all__ = [
    "GIVE_UP_AFTER",
    "Delivery",
    "DeliveryRow",
    "DeliveryState",
    "DeskDeliveries",
    "DeskPause",
    "DeskPauses",
    "OperatorNotices",
    "Outbox",
    "ParkedRow",
    "RandomDraw",
    "delivered_since",
    "enqueue",
    "enqueue_entry",
    "enqueue_update",
    "entry_of",
    "retry_delay_s",
    "ticket_states",
    "undelivered",
    "uniform",
]
