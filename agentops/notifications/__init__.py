"""Notifications: what happens here told to the people it concerns, in the bell, by mail and in their desk's channel."""
