"""The lowest floor: users, audit, money, hashing, redaction, ids, transitions, permissions and blobs."""
