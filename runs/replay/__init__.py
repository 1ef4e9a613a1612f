"""Runs carried out again from what was recorded of them: today's code, yesterday's world, and no effect.

`tape` reads a run's record as plain values, `player` carries today's code over it and tells where it differs,
`regress` does so with many. Nothing here writes: the database is asked in a transaction that may only read.
"""
