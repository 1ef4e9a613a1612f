"""Pictures of pages are drawn once, and only for who may see the document."""

import os

import pytest

from agentops.web.documents import cached
from runs.agents import Agent, NotAdmitted

SHA = "ab" * 32


class Draws(Agent):
    """Counts how often it draws."""

    name = "draws"
    drawn = 0

    def page_image(self, document: str, page: int) -> bytes:
        if page > 2:
            raise NotAdmitted("no_such_page", "There are two pages.")
        self.drawn += 1
        return f"{document}-{page}".encode()


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def test_a_page_is_drawn_once_and_forgotten_when_asked():
    agent = Draws()
    assert cached.picture(agent, SHA, 1) == cached.picture(agent, SHA, 1) == f"{SHA}-1".encode()
    assert agent.drawn == 1
    cached.forget(SHA)
    cached.picture(agent, SHA, 1)
    assert agent.drawn == 2


def test_what_cannot_be_drawn_is_not_kept(tmp_path):
    with pytest.raises(NotAdmitted):
        cached.picture(Draws(), SHA, 3)
    assert list(tmp_path.rglob("*.png")) == []


def test_the_oldest_go_first_when_there_is_too_much(tmp_path):
    agent = Draws()
    for page in (1, 2):
        cached.picture(agent, SHA, page)
    first, second = sorted(tmp_path.rglob("*.png"))
    os.utime(first, (1, 1))
    cached.make_room(most=second.stat().st_size)
    assert list(tmp_path.rglob("*.png")) == [second]


def test_a_disk_that_takes_nothing_costs_only_the_drawing(tmp_path, settings):
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file"
    assert cached.picture(Draws(), SHA, 1)
