"""What can be proven of a checklist before a customer meets it, over all of its cases."""

from intake.journey.proof.claims import prove, unknown_record_items

__all__ = ["prove", "unknown_record_items"]
