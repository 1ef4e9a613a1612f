"""The pages about notifications: the bell, what a person wants to hear, and what a desk tells where."""
