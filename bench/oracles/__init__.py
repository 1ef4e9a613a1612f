"""Oracles: each looks at the world from outside and tells what may never be so. `bench/invariants.py` runs them."""
