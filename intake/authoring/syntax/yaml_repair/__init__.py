"""
Guesses how to repair broken YAML.

`likely_repairs` is for the place where the parser stopped, `repair_of_suspect` for a line that is
valid YAML but not as meant; `describe_stop` describes the error if no repair helps.
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
