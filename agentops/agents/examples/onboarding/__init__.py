"""Onboard a new customer: a goal with a part that another agent does meanwhile, and a step that may be left out."""
