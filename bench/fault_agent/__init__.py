"""An agent with one tool per effect class against receivers that misbehave, and the house that is shot at."""
