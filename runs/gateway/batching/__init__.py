"""Questions that can wait, asked many at once for half the price: gathered, submitted, looked at, settled.

A batch is a row before it is submitted. Whoever finds one that was begun and never recorded as submitted asks the
provider for batches that nobody here knows, and submits again only where there is none:
nothing is sent twice knowingly.
"""
