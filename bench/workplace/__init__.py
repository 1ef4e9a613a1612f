"""The workplace with as much in it as a large house has: seeded, asked from outside, and looked at in a browser."""
