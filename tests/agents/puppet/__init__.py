"""A model that returns whatever an attacker wants, let loose on both agents; nothing may come of it."""
