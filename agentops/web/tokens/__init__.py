"""Tokens of the HTTP API: one's own, and for a user administrator everybody's."""
