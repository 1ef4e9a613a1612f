"""The list of runs and one run's page: what is shown, to whom, and cancelling."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agentops.core.audit.queries import stream_of
from agentops.core.permissions import Role
from reviews.models import Desk, Review
from runs.models import Await, ChildRun, ModelCall, Note, Plan, Proposal, Run, Step, ToolCall
from tests.stories.test_page_costs import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked(start_run):
    """A run with two steps, a failed try, a model call and a proposal that waits."""
    run = start_run()
    at = run.created_at
    for seq, (tool, tries) in enumerate([("extract_invoice_data", 1), ("query_purchase_orders", 2)]):
        for attempt in range(1, tries + 1):
            ToolCall.objects.create(
                run=run,
                revision=1,
                seq=seq,
                attempt=attempt,
                tool=tool,
                tool_version="v" * 64,
                input={"order": "4500\u202e"},
                result="failed" if attempt < tries else "value",
                epoch=1,
                error="Timeout <b>" if attempt < tries else "",
                started_at=at + timedelta(seconds=3 * seq + attempt),
                duration_ms=900,
            )
        Step.objects.create(
            run=run,
            revision=1,
            seq=seq,
            name=f"step_{seq}",
            tool=tool,
            stage="received",
            status="done",
            output={"total": "18240.00"},
            epoch=1,
            at=at + timedelta(seconds=3 * seq + 4),
        )
    ModelCall.objects.create(
        run=run,
        revision=1,
        seq=1,
        attempt=1,
        role="critic",
        provider="p",
        model="m",
        prompt_hash="5" * 64,
        request_digest="6" * 64,
        started_at=at + timedelta(seconds=6),
        duration_ms=500,
    )
    Proposal.objects.create(
        run=run,
        number=1,
        revision=1,
        position=2,
        label="post",
        digest="d" * 64,
        state="open",
        verdict="review",
        signatures=1,
        sentence="Post it & pay it",
        body={},
        policy="p" * 64,
        created_at=at + timedelta(seconds=8),
    )
    return run


def open_sample(run):
    desk = Desk.objects.first() or Desk.objects.create(slug="ap", name="Accounts payable")
    proposal = Proposal.objects.get(run=run)
    now = timezone.now()
    return Review.objects.create(
        kind="sample",
        run=run,
        proposal=proposal,
        desk=desk,
        agent="invoices",
        digest="d" * 64,
        title="Check",
        due_at=now,
        expires_at=now,
        risk_at=now,
        sort_at=now,
    )


def rows(answer):
    return answer.text.count('<tr id="run-R-')


def test_an_operator_sees_every_run_and_others_their_own(browse, start_run):
    mine = browse(Role.VENDOR_MANAGER)
    start_run(), start_run(requester=mine.person)
    assert rows(browse(Role.OPERATOR).get("/runs/")) == 2
    assert rows(mine.get("/runs/")) == 1


def test_a_reviewer_sees_the_runs_at_their_desks(browse, worked, monkeypatch):
    review = open_sample(worked)
    client = browse(Role.REVIEWER)
    assert rows(client.get("/runs/")) == 0
    at_desk = Desk.objects.filter(pk=review.desk_id)
    monkeypatch.setattr("reviews.queries.sight.desks_of", lambda user: at_desk)
    assert rows(client.get("/runs/")) == 1


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"q": "nordwind"}, 2),
        ({"q": "d" * 64}, 1),
        ({"q": "nothing like it"}, 0),
        ({"status": "queued"}, 2),
        ({"status": "failed"}, 0),
        ({"agent": "support"}, 0),
        ({"started": "1"}, 2),
        ({"status": "'; DROP", "started": "x", "before": "\u0663"}, 2),
    ],
)
def test_runs_are_found_by_subject_document_status_and_agent(browse, start_run, query, number):
    start_run(), start_run(document="d" * 64)
    answer = browse(Role.OPERATOR).get("/runs/", query)
    assert answer.status_code == 200
    assert rows(answer) == number


def test_a_run_is_found_by_what_people_call_it(browse, start_run):
    run = start_run()
    start_run()
    answer = browse(Role.OPERATOR).get("/runs/", {"q": f"R-{run.number}"})
    assert rows(answer) == 1


def test_older_runs_are_on_the_next_page(browse, start_run, monkeypatch):
    monkeypatch.setattr("agentops.web.runs.listing.PAGE", 2)
    numbers = [start_run().number for _ in range(3)]
    client = browse(Role.OPERATOR)
    assert f"before={numbers[1]}" in client.get("/runs/").text
    assert rows(client.get("/runs/", {"before": numbers[1]})) == 1


def test_to_htmx_only_the_rows_and_the_tabs_are_sent(browse, start_run):
    start_run()
    answer = browse(Role.OPERATOR, htmx=True).get("/runs/").text
    assert "<html" not in answer
    assert 'id="run-tabs"' in answer
    assert '"X-Background": "1"' in answer.replace("&quot;", '"')


def test_the_subject_of_a_run_cannot_turn_the_page_around(browse, start_run):
    start_run()
    answer = browse(Role.OPERATOR).get("/runs/").text
    assert "\u202e" not in answer
    assert "U+202E" in answer


def test_the_page_of_a_run_shows_every_step_call_and_wait(browse, worked):
    page = browse(Role.OPERATOR).get(f"/runs/{worked.number}/").text
    for said in ("extract_invoice_data", "failed, try 1", "try 2", "critic", "parked for review", "Step 1"):
        assert said in page, said


@pytest.mark.parametrize(
    ("show", "said"),
    [
        ("call-1-1-1", "Timeout &lt;b&gt;"),
        ("call-1-0-1", "18240.00"),
        ("step-1-1", "18240.00"),
        ("proposal-1", "Post it &amp; pay it"),
    ],
)
def test_each_recorded_thing_is_shown_exactly(browse, worked, show, said):
    page = browse(Role.OPERATOR).get(f"/runs/{worked.number}/", {"show": show}).text
    assert said in page
    assert "\u202e" not in page


@pytest.mark.parametrize("show", ["call-9-9-9", "nonsense", "model-x", "-", "await-1", "decision-", "effect-0"])
def test_what_was_never_recorded_opens_nothing(browse, worked, show):
    assert browse(Role.OPERATOR).get(f"/runs/{worked.number}/", {"show": show}).status_code == 200


def test_a_zero_byte_is_refused_politely(browse, worked):
    assert browse(Role.OPERATOR).get(f"/runs/{worked.number}/", {"show": "effect-\x00"}).status_code == 400


def test_who_checks_a_sample_blindly_does_not_read_the_verdict_on_the_run_page(browse, worked):
    open_sample(worked)
    theirs = browse(as_=worked.requester)
    assert theirs.get(f"/runs/{worked.number}/").status_code == 403
    assert browse(Role.AUDITOR).get(f"/runs/{worked.number}/").status_code == 200


def test_a_run_is_cancelled_with_a_reason_and_stays_in_the_trail(browse, start_run):
    client = browse(Role.OPERATOR)
    run = start_run()
    assert client.get(f"/runs/{run.number}/cancel/").status_code == 200
    answer = client.post(f"/runs/{run.number}/cancel/", {"why": "wrong company"}, follow=True)
    assert "is being cancelled" in answer.text
    assert Run.objects.get(pk=run.pk).status == "cancelled"
    assert [line.action for line in stream_of(f"run:{run.pk}")] == ["run.cancel_asked", "run.cancelled"]


def test_nobody_but_an_operator_or_the_requester_cancels(browse, start_run):
    run = start_run()
    assert browse(Role.AUDITOR).post(f"/runs/{run.number}/cancel/", {"why": "x"}).status_code == 403
    assert browse(Role.REVIEWER).post(f"/runs/{run.number}/cancel/", {"why": "x"}).status_code == 404
    mine = browse(Role.REVIEWER)
    own = start_run(requester=mine.person)
    assert mine.post(f"/runs/{own.number}/cancel/", {"why": "x"}).status_code == 302
    assert Run.objects.get(pk=run.pk).status == "queued"


def test_an_ended_run_is_not_cancelled_again(browse, start_run):
    client, run = browse(Role.OPERATOR), start_run()
    client.post(f"/runs/{run.number}/cancel/", {"why": "x"})
    assert client.post(f"/runs/{run.number}/cancel/", {"why": "x"}).status_code == 403


def test_the_list_costs_few_queries_however_much_happened(browse, worked, django_assert_max_num_queries):
    client = browse(Role.OPERATOR)
    with django_assert_max_num_queries(10):
        client.get("/runs/")


def family(start_run, asker, other=None):
    """A run whose critic objected and that left a step out; two parts, the second tried again, and a part of a part."""
    top = start_run(asker)
    first, again = start_run(asker, parent=top), start_run(asker, parent=top, spent_cost=120_000)
    below = start_run(other or asker, parent=first)
    for run, parent, depth, attempt, aside in (
        (first, top, 1, 1, True), (again, top, 1, 2, False), (below, first, 2, 1, False)
    ):  # fmt: skip
        ChildRun.objects.create(
            run=run, parent=parent, asked=f"{run.number:064}", depth=depth, attempt=attempt, aside=aside,
            reserved_tokens=0, reserved_cost=0,
        )  # fmt: skip
    common = {"run": top, "revision": 1, "stage": "received", "epoch": 1, "at": top.created_at}
    Step.objects.create(**common, seq=0, name="begin", tool="begin_child", status="done", output={"run": str(first.pk)})
    Step.objects.create(**common, seq=1, name="hand_over", tool="run_child", status="done", output={})
    why = "not needed: read.address says no"
    Step.objects.create(**common, seq=2, name="welcome", tool="send", status="skipped", output={}, note=why)
    Await.objects.create(
        run=top, revision=1, seq=1, request_digest="7" * 64, kind="child", request={"child": str(again.pk)},
        answer={}, answered_at=timezone.now(),
    )  # fmt: skip
    note = {"run": top, "revision": 1, "kind": "fact", "code": "critic", "trusted": True}
    drafted = {"step": "draft", "by": "model", "sentences": 3, "carried": 1, "doubted": 1}
    Note.objects.create(**note, name="1" * 64, body=drafted)
    Note.objects.create(**note, name="2" * 64, body={"step": "read", "verdict": "stuck", "because": "incomplete"})
    steps = [{"name": name, "tool": "x", "args": {}} for name in ("begin", "hand_over", "welcome")]
    Run.objects.filter(pk=top.pk).update(plan=Plan.objects.create(hash="b" * 64, steps=steps))
    return top, first, again, below


def test_a_run_shows_the_parts_others_did_what_its_critic_noted_and_what_was_left_out(browse, start_run, person):
    stranger, operator = browse(Role.VENDOR_MANAGER), browse(Role.OPERATOR)
    top, first, again, below = family(start_run, person(), stranger.person)
    page = operator.get(f"/runs/{top.number}/").text
    table = page[page.index("Parts done by other runs") :]
    places = [table.index(f"R-{run.number}</a>") for run in (first, below, again)]
    assert places == sorted(places)  # each run before its own parts
    rows_ = {run: table[table.index(f"R-{run.number}</a>") :].partition("</tr>")[0] for run in (first, again, below)}
    assert f"R-{top.number}, Begin" in rows_[first]
    assert "beside it" in rows_[first]
    assert all(told in rows_[again] for told in (f"R-{top.number}, Hand over", "try 2", "0.120", "Queued"))
    assert f"R-{first.number}" in rows_[below]
    assert "1 of 3 sentences are carried by their sources, 1 doubted by a second model." in page
    assert "Stuck (incomplete)." in page
    left_out = page[page.index("3 Welcome") :].partition("</tr>")[0]
    assert "not needed: read.address says no" in left_out
    assert "Left out" in left_out

    assert f'part of <a class="mono" href="/runs/{first.number}/">' in operator.get(f"/runs/{below.number}/").text
    assert stranger.get(f"/runs/{first.number}/").status_code == 404
    own = stranger.get(f"/runs/{below.number}/").text
    assert f"R-{first.number}" not in own  # nor is what they may not open named


def test_a_run_s_page_takes_at_most_twelve_statements_parts_proposals_and_all(browse, start_run, worked, person):
    top, *_ = family(start_run, person())
    operator = browse(Role.OPERATOR)
    told = {run.number: statements(operator, f"/runs/{run.number}/") for run in (top, worked)}
    assert {number: len(one) for number, one in told.items() if len(one) > 12} == {}, told
