"""The tables of the room: desks and their people, reviews, decisions, drafts."""

from reviews.models.decision import Decision, Draft
from reviews.models.desk import Desk, DeskGroupPermission, DeskUserPermission, PersonalLimit
from reviews.models.review import Review

__all__ = [
    "Decision",
    "Desk",
    "DeskGroupPermission",
    "DeskUserPermission",
    "Draft",
    "PersonalLimit",
    "Review",
]
