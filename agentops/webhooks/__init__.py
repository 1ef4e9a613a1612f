"""Webhooks: what happens here told to other programs, and their calls, after the Standard Webhooks specification."""
