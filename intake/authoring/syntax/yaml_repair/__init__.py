"""
Lines of broken YAML as their author meant them.

`likely_repairs` is asked where the parser stopped, `repair_of_suspect` of a line that it read
though not as it was meant; `describe_stop` says what is wrong where no repair leads on.
"""

from intake.authoring.syntax.yaml_repair.characters import repairs_of_characters
from intake.authoring.syntax.yaml_repair.guesses import (
    describe_stop,
    likely_repairs,
    repair_of_suspect,
)
from intake.authoring.syntax.yaml_repair.line_edits import Repair, repair_dash, repair_space
from intake.authoring.syntax.yaml_repair.stop import Stop

__all__ = [
    "Repair",
    "Stop",
    "describe_stop",
    "likely_repairs",
    "repair_dash",
    "repair_of_suspect",
    "repair_space",
    "repairs_of_characters",
]
