"""The support agent: tickets answered from the knowledge base, every reply reviewed before it is sent."""
