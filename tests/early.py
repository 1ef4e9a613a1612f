"""Loaded with `-p`, before pytest-django reads the settings: each worker of xdist has a Redis database of its own, and
what shares something dear runs on one of them.
"""

from tests import servers

servers.start()

# One house that is shot at, one browser, one supervisor. The group is told from the path: the mark of xdist
# (`xdist_group`) says nothing with a pytest that keeps its node ids to itself.
TOGETHER = ("tests/faults/", "tests/e2e/", "tests/ground/test_supervisor.py")


def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        """Tests one by one to whoever is free, the groups whole."""

        def _split_scope(self, nodeid: str) -> str:
            return next((group for group in TOGETHER if nodeid.startswith(group)), nodeid)

    return Together(config, log)
