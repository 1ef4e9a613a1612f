"""People: who is here, with which roles, and which duties nobody holds together."""
