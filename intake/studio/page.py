"""Entry of the authors' page; Streamlit runs this file."""

from intake.studio.screens import draw
from intake.ui import visitor
from intake.ui.frame import guarded

guarded(draw, visitor.language)
