"""The one door to models: neutral questions, providers behind it, limits and records around it.

A step asks (`ctx.ask_model`), its run parks (`asking`), the model workers perform what is due (`performing`), and the
answer wakes the run. Without a provider the answer is `unavailable`, and the agent goes on by rules.
"""
