"""The rows of the room: what happened, what people chose, and how each thing was told to whom."""

from agentops.notifications.models.choosing import Choice, DeskChoice, Manner
from agentops.notifications.models.news import Item, News
from agentops.notifications.models.telling import Attempt, Channel, Delivery, DeliveryStatus, Shape

__all__ = [
    "Attempt",
    "Channel",
    "Choice",
    "Delivery",
    "DeliveryStatus",
    "DeskChoice",
    "Item",
    "Manner",
    "News",
    "Shape",
]
