"""Reads a goal or an incoming message and has the right agent take it over, as a child run."""
