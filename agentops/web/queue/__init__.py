"""The page of what waits for whom."""
