"""Starts and keeps alive what the product consists of: PostgreSQL, Redis, web, workers, ticker."""
