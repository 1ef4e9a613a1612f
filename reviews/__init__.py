"""People's decisions: desks, reviews, signatures, and who may give them."""
