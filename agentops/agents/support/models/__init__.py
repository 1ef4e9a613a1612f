"""The support agent's tables."""

from .customers import Customer, CustomerAddress, Order
from .ratings import Rating
from .tickets import Message, Ticket, Triage

__all__ = ["Customer", "CustomerAddress", "Message", "Order", "Rating", "Ticket", "Triage"]
