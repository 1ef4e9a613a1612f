"""Tools, policy, the gate and the invocation pipe: what may be done, by whom, and how it is called safely."""
