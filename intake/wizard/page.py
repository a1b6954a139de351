"""Entry of the customer's page; Streamlit runs this file."""

from intake.ui import visitor
from intake.ui.frame import guarded
from intake.wizard.screens import draw

guarded(draw, visitor.language)
