"""Long agent runs that ask a person before anything risky happens, and a trail nobody can rewrite."""
