"""Runs: the list, one run's page, and the upload that starts them."""
