"""The report beside the guide's figures."""

from decimal import Decimal

from agentops.agents.invoices.demo.report import Outcome, as_expected, report, share


def as_planned(case) -> Outcome:
    fields = 13 if case.truth else 0
    return Outcome(
        case.disposition, case.reasons[:1], seconds=1.5, cost=Decimal("0.01"), fields_right=fields,
        fields=fields,
        stuck=case.case == "unreadable_fax",
    )  # fmt: skip


def test_a_demo_that_went_as_planned_shows_the_shares_of_the_guide(cases):
    text = report(cases, {case.file: as_planned(case) for case in cases})
    assert "64 = 80 %" in text
    assert "12 = 15 %" in text
    assert "4 = 5 %" in text
    assert "100.0 %" in text
    assert "99.2 %" in text
    assert "80 of 80 ended as planned." in text


def test_a_surprise_is_named_with_what_was_planned_and_what_was_found(cases):
    outcomes = {case.file: as_planned(case) for case in cases}
    closed = next(case for case in cases if case.case == "po_closed")
    outcomes[closed.file] = Outcome("auto")
    text = report(cases, outcomes)
    assert "79 of 80 ended as planned." in text
    assert f"{closed.file}: review (po_closed) planned, auto found" in text


def test_what_is_still_at_work_is_neither_right_nor_in_a_share(cases):
    first = cases[0]
    text = report(cases, {first.file: as_planned(first)})
    assert "Still at work" in text
    assert "1 of 80 ended as planned." in text


def test_a_review_for_a_wrong_reason_is_a_surprise(cases):
    closed = next(case for case in cases if case.case == "po_closed")
    assert not as_expected(closed, Outcome("review", ("price_variance",)))
    assert as_expected(closed, Outcome("review", ("price_variance", "po_closed")))


def test_a_document_nobody_could_read_counts_as_failed():
    assert share(Outcome("review", ("low_quality",), stuck=True)) == "failed"
    assert share(Outcome("review", ("price_variance",))) == "escalated"
    assert share(Outcome("reject", ("encrypted",))) == "failed"
    assert share(None) == "open"


def test_an_empty_inbox_is_reported_without_figures():
    assert "not measured" in report([], {})
