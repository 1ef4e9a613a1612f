"""Making the calls that are due: claimed under a lease, sent without holding a connection, settled in one statement."""
