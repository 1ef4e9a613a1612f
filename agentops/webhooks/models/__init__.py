"""The rows of the webhooks: where we tell, what was told, and who may call us."""

from agentops.webhooks.models.receiving import Received, Source
from agentops.webhooks.models.telling import Attempt, Delivery, DeliveryStatus, Endpoint, Happening

__all__ = ["Attempt", "Delivery", "DeliveryStatus", "Endpoint", "Happening", "Received", "Source"]
