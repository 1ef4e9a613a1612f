"""The support agent's own pages."""
