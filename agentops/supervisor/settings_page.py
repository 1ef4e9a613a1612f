"""docs/settings.md, made from what settings.py really reads."""

from collections.abc import Iterable

from agentops.env import Reading

BEGINNING = """\
# Settings

Every setting is an environment variable, and `agentops/settings.py` is the only file that reads them. A test
holds this page equal to that file; `python manage.py settings_page > docs/settings.md` writes it anew. A
secret may also be put in a file that `<NAME>_FILE` names. Lengths of time are written `500ms`, `30s`, `15m`,
`12h`, `90d`.

`manage.py up` sets what its own servers need (addresses, keys, profile) and writes the addresses to
`<data folder>/connection.env` while it runs, so that commands in another shell find them. Keys that are not
given are made on the first start, in `<data folder>/keys`, readable by their owner only. Back them up apart
from the database.

| variable | is | unless set | meaning |
| --- | --- | --- | --- |
"""
END = """
## For tests only

| variable | is | unless set | meaning |
| --- | --- | --- | --- |
| `TEST_DATABASE_URL` | address | a throw-away server | PostgreSQL, as a role that may create databases. |
| `TEST_REDIS_URL` | address | a throw-away server | Redis; each test process takes a database of its own. |
| `AGENTOPS_FAULT` | text | no fault | Crash points to die at; see `runs/points.py`. |
"""


def page(readings: Iterable[Reading]) -> str:
    """The whole page."""
    rows = [
        f"| `{one.name}` | {one.kind} | {f'`{one.default}`' if one.default else ''} | {one.meaning} |\n"
        for one in readings
    ]
    return BEGINNING + "".join(rows) + END
