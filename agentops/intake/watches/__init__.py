"""Watched folders: what lies still below the house's root is taken once and moved aside."""
