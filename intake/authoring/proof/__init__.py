"""What can be proven of a checklist before a customer meets it, over all of its cases."""

from intake.authoring.proof.claims import prove

__all__ = ["prove"]
