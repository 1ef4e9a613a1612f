"""Mails: taken apart under hard caps, kept as evidence, taken in part by part, answered only by template."""
