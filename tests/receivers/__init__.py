"""Somebody else's systems, as the fault tests need them: a process of its own with its own file.

One receiver per effect class, each able to misbehave on request. What they booked is counted in their file and
nowhere else, so a duplicate is found where it would hurt: at the other side.
"""
