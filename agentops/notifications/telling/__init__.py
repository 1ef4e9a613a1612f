"""How a thing is told: when, in which words, by mail or in a channel, and what became of it."""
