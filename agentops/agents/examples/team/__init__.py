"""A team on the same runtime: a manager has an analyst look, a writer write, and a proofreader check each source."""
