"""The audit trail: append-only entries, chained by hash, authenticated, searchable, verifiable."""
