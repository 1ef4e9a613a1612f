"""Small agents that show how one is written: a router, the onboarding of a customer, and a team that writes a report.

Not installed; `AGENTOPS_AGENTS=agentops.agents.examples` installs them. With
`AGENTOPS_MODEL_SCRIPT=agentops.agents.examples.script.answer` their models are played by a script, without a key.
"""
