"""The audit trail: search it, open one event, verify the chain, take it along as a file."""
