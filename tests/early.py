"""Loaded with `-p`, before pytest-django reads the settings: each worker of xdist has a Redis database of its own."""

from tests import servers

servers.start()
