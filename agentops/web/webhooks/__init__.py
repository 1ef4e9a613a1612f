"""The pages about webhooks, and the door for signed calls."""
