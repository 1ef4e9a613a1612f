"""An agent that does nothing but ask a model, twice."""
