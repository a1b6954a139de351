"""
Incidents: one outage of many tickets, proposed by rules, confirmed by staff, announced to
customers.
"""

from intake.incidents.feeds import Feed, IncidentFeeds
from intake.incidents.incident import Incident, IncidentProposal, Notice, text_in
from intake.incidents.incident_store import IncidentStore, IncidentTaken
from intake.incidents.notices import IncidentNotices
from intake.incidents.rules import SHIPPED_RULES, IncidentRule, RuleFileError, read_rules

__all__ = [
    "SHIPPED_RULES",
    "Feed",
    "Incident",
    "IncidentFeeds",
    "IncidentNotices",
    "IncidentProposal",
    "IncidentRule",
    "IncidentStore",
    "IncidentTaken",
    "Notice",
    "RuleFileError",
    "read_rules",
    "text_in",
]
