"""Entry of the staff's page; Streamlit runs this file."""

from intake.inbox.screens import draw
from intake.ui import visitor
from intake.ui.frame import guarded

guarded(draw, visitor.language)
