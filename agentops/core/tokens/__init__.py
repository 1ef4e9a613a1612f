"""Tokens of the HTTP API: what a program shows instead of a password; each acts for one user, and never decides."""
