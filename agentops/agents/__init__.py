"""Plug-in agents, one folder each; one line in settings installs one."""
