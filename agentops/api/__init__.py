"""The HTTP API below /api/v1/: bearer tokens, problem+json, and nothing that decides."""
