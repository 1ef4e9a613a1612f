"""The tables of the room: desks and their people, reviews, decisions, drafts, comments, views, absences."""

from reviews.models.decision import Decision, Draft
from reviews.models.desk import Desk, DeskGroupPermission, DeskUserPermission
from reviews.models.limit import ChangeStatus, LimitChange, PersonalLimit
from reviews.models.review import Review
from reviews.models.talk import Absence, Comment, SavedView

__all__ = [
    "Absence",
    "ChangeStatus",
    "Comment",
    "Decision",
    "Desk",
    "DeskGroupPermission",
    "DeskUserPermission",
    "Draft",
    "LimitChange",
    "PersonalLimit",
    "Review",
    "SavedView",
]
