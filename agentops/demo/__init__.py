"""The demo: people of every role, a desk, and what each agent brings to try it with.

It goes through the product's own doors: users, desks, policy, the load commands and the intake. Running it again
makes only what is missing.
"""
