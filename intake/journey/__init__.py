"""The checklist language and the way through a checklist: pure, given answers and measurements."""

from intake.journey.advice import (
    TriedAdvice,
    cause_of_advice,
    moves_of,
    text_of_advice,
    tried_advice,
)
from intake.journey.answers import Hint, Proposal, accept
from intake.journey.check_runs import runs_in_order
from intake.journey.checklist import Checklist
from intake.journey.checklist_paths import shipped_folder
from intake.journey.contradictions import explain_contradictions
from intake.journey.display import display_of
from intake.journey.draft import (
    Answer,
    CheckRun,
    Draft,
    Environment,
    Source,
    StepId,
    withheld_names,
)
from intake.journey.filled_texts import fill_step, filled_step_lookup
from intake.journey.items import Item, items, priority, queue, subject
from intake.journey.journey import Journey
from intake.journey.kinds import choices_of
from intake.journey.model import Text
from intake.journey.pages import Screen, screen_of, screens
from intake.journey.path import CheckDue, PathStep
from intake.journey.products import fixer_of, product_of
from intake.journey.steps import Ask, Check, End, Step, Tell
from intake.journey.support_desk import Product, SupportDesk

__all__ = [
    "Answer",
    "Ask",
    "Check",
    "CheckDue",
    "CheckRun",
    "Checklist",
    "Draft",
    "End",
    "Environment",
    "Hint",
    "Item",
    "Journey",
    "PathStep",
    "Product",
    "Proposal",
    "Screen",
    "Source",
    "Step",
    "StepId",
    "SupportDesk",
    "Tell",
    "Text",
    "TriedAdvice",
    "accept",
    "cause_of_advice",
    "choices_of",
    "display_of",
    "explain_contradictions",
    "fill_step",
    "filled_step_lookup",
    "fixer_of",
    "items",
    "moves_of",
    "priority",
    "product_of",
    "queue",
    "runs_in_order",
    "screen_of",
    "screens",
    "shipped_folder",
    "subject",
    "text_of_advice",
    "tried_advice",
    "withheld_names",
]
