"""The pages: the bell, what a person chooses, a desk's channels; a link never decides, addresses stay hidden."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agentops.core.models import User
from agentops.notifications import queries, services
from agentops.notifications.concerns import load
from agentops.notifications.concerns.about import SWITCHES
from agentops.notifications.models import Channel, DeskChoice, Item, Manner, News
from reviews import services as decide
from reviews.services import revoke_desk
from tests.notifications.conftest import told
from tests.reviews.conftest import SETUP

LIST, SETTINGS, COUNT = "/notifications/", "/notifications/settings/", "/notifications/count/"


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="agentops.core.backends.PersonBackend")
    return client


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_bell_counts_and_the_page_leads_on(review, people, chosen):
    chosen(people.maria, opened="bell")
    waiting = review()
    told()
    maria = browser(people.maria)
    assert maria.get(COUNT).json() == {"unread": 1, "shown": "1", "said": "1 unread notification"}
    shown = page(maria, LIST)
    assert f"R-{waiting.run.number} waits at Accounts payable" in shown
    assert "Mark as read" in shown
    item = Item.objects.get()
    look = reverse("notifications:look", args=[item.id])
    assert maria.get(look, headers={"Sec-Purpose": "prefetch"}).url == reverse("review", args=[waiting.id])
    assert maria.get(COUNT).json()["unread"] == 1  # a browser that fetches ahead has read nothing
    assert maria.get(look).url == reverse("review", args=[waiting.id])
    assert maria.get(COUNT).json() == {"unread": 0, "shown": "0", "said": "Notifications"}
    waiting.refresh_from_db()
    assert (waiting.status, waiting.decisions.count()) == ("open", 0)
    assert browser(people.omar).get(look).status_code == 404


def test_lines_are_marked_as_read_one_by_one_and_all_at_once(review, people, chosen):
    chosen(people.maria, opened="bell")
    for _ in range(3):
        review()
    told()
    maria, newest = browser(people.maria), queries.bell(people.maria)[0].item
    maria.post(reverse("notifications:read", args=[newest.id]))
    assert queries.unread(people.maria) == 2
    browser(people.omar).post(reverse("notifications:read_all"), {"until": str(newest.id)})
    assert queries.unread(people.maria) == 2
    review()
    told()  # came after the page was loaded
    answer = maria.post(reverse("notifications:read_all"), {"until": str(newest.id)}, follow=True)
    assert "2 marked as read" in answer.content.decode()
    assert queries.unread(people.maria) == 1
    assert maria.post(reverse("notifications:read_all"), {"until": "nonsense"}).status_code == 404


def test_a_decided_thing_is_shown_as_done_and_a_lost_desk_as_nothing(review, people, chosen, now, desk):
    chosen(people.maria, opened="bell")
    waiting = review()
    told()
    decide.approve(review_id=waiting.id, signer=people.omar, seen=waiting.digest, now=now)
    assert "done</span>" in page(browser(people.maria), LIST)
    revoke_desk(to=people.maria, desk=desk, by=SETUP)
    shown = page(browser(people.maria), LIST)
    assert "no longer yours to see" in shown
    assert f"R-{waiting.run.number}" not in shown


def test_the_page_takes_at_most_twelve_queries(review, people, run, person, now, django_assert_max_num_queries):
    for kind in ("opened", "run_rejected", "refused_file", "mentioned"):
        services.choose(person=people.maria, hows={kind: "bell"})
    waiting = review()
    told()
    name = people.maria.email.partition("@")[0]
    decide.comment(review_id=waiting.id, person=people.omar, words=f"@{name}", now=now)
    told()
    maria = browser(people.maria)
    maria.get(LIST)
    with django_assert_max_num_queries(12):
        maria.get(LIST)
    with django_assert_max_num_queries(4):
        maria.get(COUNT, headers={"X-Background": "1"})


def test_a_page_of_the_bell_is_followed_by_older_ones(people):
    news = News.objects.bulk_create(News(event="switch.thrown", scope="tool:pay") for _ in range(60))
    Item.objects.bulk_create(Item(news=one, person=people.maria, kind="switch") for one in news)
    maria = browser(people.maria)
    shown = page(maria, LIST)
    assert shown.count("Kill switch thrown: the tool pay</b>") == 50
    older = re.search(r'href="(\?before=[^"]+)"', shown)
    assert older
    assert page(maria, LIST + older[1]).count("Kill switch thrown: the tool pay</b>") == 10
    assert maria.get(LIST + "?before=nonsense").status_code == 200


def test_a_person_says_what_they_want_and_when(people):
    maria = browser(people.maria)
    form = {
        "how-opened": "digest",
        "how-urgent": "bell",
        "quiet_from": "19:00",
        "quiet_until": "07:30",
        "digest_hour": "9",
        "zone": "Europe/Lisbon",
    }
    assert maria.post(SETTINGS, form).status_code == 302
    assert queries.choices_of(people.maria) == {"opened": "digest", "urgent": "bell"}
    manner = Manner.objects.get()
    assert (str(manner.quiet_from), manner.digest_hour, manner.zone) == ("19:00:00", 9, "Europe/Lisbon")
    shown = page(maria, SETTINGS)
    assert '<option value="digest" selected>' in shown
    assert 'value="19:00"' in shown
    assert 'name="how-switch"' not in shown  # of operators
    assert maria.post(SETTINGS, {**form, "how-opened": "usual"}).status_code == 302
    assert queries.choices_of(people.maria) == {"urgent": "bell"}


def test_what_cannot_be_wanted_is_said_and_nothing_is_lost(people):
    maria = browser(people.maria)
    good = {"quiet_from": "", "quiet_until": "", "digest_hour": "8", "zone": "Europe/Berlin"}
    for bad, told_ in (
        ({"quiet_from": "19:00"}, "need a beginning and an end"),
        ({"quiet_from": "7", "quiet_until": "half past"}, "as times of day"),
        ({"quiet_from": "19:00", "quiet_until": "19:00"}, "end when they begin"),
        ({"digest_hour": "24"}, "between 0 and 23"),
        ({"zone": "Europe/<b>"}, "Choose a time zone"),
        ({"how-urgent": "nothing"}, "choose one of the ways"),
        ({"how-switch": "mail"}, "no such kind"),
        ({"how-opened": "x\x01"}, "choose one of the ways"),
    ):
        answer = maria.post(SETTINGS, good | bad)
        assert answer.status_code == 422, bad
        assert told_ in answer.content.decode()
        assert "<b>" not in answer.content.decode().partition("zone")[2].partition("</select>")[0]
    assert queries.choices_of(people.maria) == {}


def test_a_desk_proposes_and_its_channel_is_made_on_the_page(people, desk, admin, chat, person):
    here = reverse("notifications:desk", args=[desk.slug])
    petra = browser(admin)
    petra.post(here, {"do": "choices", "how-opened": "bell", "how-urgent": "usual"})
    assert list(DeskChoice.objects.values_list("kind", "how")) == [("opened", "bell")]
    refused = petra.post(here, {"do": "channel", "name": "Pay <b>", "shape": "slack", "url": "https://10.0.0.1/kept"})
    assert refused.status_code == 422
    assert "https://10.0.0.1/kept" in refused.content.decode()
    form = {"do": "channel", "name": "Pay <b>", "shape": "slack", "url": chat.url, "kind": ["opened", "overdue"]}
    answer = petra.post(here, form, follow=True)
    made = Channel.objects.get()
    shown = answer.content.decode()
    assert "Pay &lt;b&gt;" in shown
    assert "secret-part" not in shown
    there = reverse("notifications:channel", args=[made.id])
    petra.post(there, {"do": "test"})
    told()
    assert "Sent</span>" in page(petra, there)
    assert "Off. Paused by Petra" in petra.post(there, {"do": "pause"}, follow=True).content.decode()
    assert "Choose what to do" in petra.post(there, {"do": "nonsense"}, follow=True).content.decode()
    reader = browser(person("Ada", "auditor"))
    assert 'value="pause"' not in page(reader, there)
    assert "secret-part" not in page(reader, here) + page(reader, there)
    assert "1 off" in page(reader, reverse("notifications:desks"))


def test_a_message_that_was_given_up_is_sent_again(people, desk, admin, channel, chat, review):
    made = channel(kinds=["opened"])
    chat.answers = [(410, b"gone")]
    review()
    told()
    petra, delivery = browser(admin), made.deliveries.get()
    again = reverse("notifications:again", args=[delivery.id])
    assert "Resume it first" in petra.post(again, follow=True).content.decode()
    services.resume_channel(channel_id=made.id, by=admin, now=timezone.now())
    assert "sent again" in petra.post(again, follow=True).content.decode()
    told()
    assert len(chat.heard) == 2
    assert "Only what was given up" in petra.post(again, follow=True).content.decode()


def test_the_bell_is_in_the_top_bar_without_costing_the_page_a_query(people):
    shown = page(browser(people.maria), reverse("runs:list"))
    assert f'data-count="{COUNT}"' in shown
    assert f'href="{LIST}"' in shown
    assert "notifications.js" in shown


def test_what_is_told_leads_to_pages_that_exist(review, people, run):
    waiting, ended = review(), run(people.maria, ended=True)
    news = list(News.objects.all())
    paths = {one.path for one in load(news).values()}
    assert reverse("review", args=[waiting.id]) in paths
    assert reverse("runs:detail", args=[ended.number]) in paths
    thrown = News(event=SWITCHES[0], scope="all")
    assert load([thrown])[thrown.pk].path == reverse("permissions:matrix")
