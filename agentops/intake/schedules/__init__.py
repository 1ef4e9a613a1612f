"""Schedules: a run at the times a cron expression names, in its owner's name, once per due time."""
