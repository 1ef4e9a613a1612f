"""Files that came in and could not become a run: what a desk does with them."""
