"""The same invoice again, in every disguise; and what only looks like it."""

from datetime import date
from decimal import Decimal

import pytest

from agentops.agents.invoices.duplicates import Candidate, Earlier, find_twins

D = Decimal
FIRST = Earlier(
    id="1", vendor="V-1", number="RE-2026-00447", issue_date=date(2026, 10, 29), currency="EUR", gross=D("1110.06"),
    document="a" * 64, posted=True,
)  # fmt: skip


def kinds(**changes):
    candidate = {
        "vendor": "V-1", "number": "RE-2026-00999", "issue_date": date(2026, 11, 2), "currency": "EUR",
        "gross": D("50.00"), "document": "b" * 64, **changes,
    }  # fmt: skip
    return [twin.kind for twin in find_twins(Candidate(**candidate), [FIRST])]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"document": "a" * 64}, ["same_file"]),
        ({"document": "a" * 64, "vendor": None}, ["same_file"]),
        ({"number": "re 2026 447"}, ["same_number"]),
        ({"number": "RE-2O26-00447."}, ["same_number"]),
        ({"number": "RE2026447"}, ["near_number"]),
        ({"number": "RE-2026-447", "vendor": "V-2"}, []),
        # the same number and total from another file: scanned again, or the same invoice in another form
        ({"number": "re 2026 447", "gross": D("1110.06")}, ["rescan"]),
        ({"number": "RE-2026-447", "gross": D("1110.06"), "document": ""}, ["same_number"]),
        # letters lost or misread, every digit and the total the same
        ({"number": "2026-00447", "gross": D("1110.06")}, ["same_digits"]),
        ({"number": "BE-2026-447", "gross": D("1110.06")}, ["same_digits"]),
        ({"number": "BE-2026-447"}, []),
        ({"number": "RE-2026-448", "gross": D("1110.06")}, []),  # next month's, at the same price
        # everything the same under another vendor, or under one that nobody knows
        ({"number": "RE-2026-447", "vendor": "V-2", "gross": D("1110.06"), "issue_date": date(2026, 10, 29)},
         ["other_vendor"]),
        ({"number": "RE-2026-447", "vendor": None, "gross": D("1110.06"), "issue_date": date(2026, 10, 29)},
         ["other_vendor"]),
        ({"number": "RE-2026-447", "vendor": "V-2", "gross": D("1110.06")}, []),
        ({"number": "RE-2025-00447"}, []),
        ({"number": "RE-2026-00447-2"}, []),
        ({"issue_date": date(2026, 10, 29), "gross": D("1110.06")}, ["same_content"]),
        ({"issue_date": date(2026, 10, 30), "gross": D("1110.06")}, []),
        ({"issue_date": date(2026, 10, 29), "gross": D("1110.06"), "currency": "USD"}, []),
        ({"issue_date": None, "gross": D("1110.06")}, []),
        ({"number": None}, []),
    ],
)  # fmt: skip
def test_kinds_of_twins(changes, expected):
    assert kinds(**changes) == expected


def test_a_sure_twin_is_a_duplicate_and_another_is_a_possible_one():
    def twin(**changes):
        about = {"vendor": "V-1", "issue_date": None, "currency": "EUR", "gross": None, "document": "", **changes}
        return find_twins(Candidate(**about), [FIRST])[0]

    assert twin(number="RE-2026-447").code == "duplicate"
    assert twin(number="RE2026447").code == "possible_duplicate"


def test_each_kind_says_its_own_reason():
    disguises = [
        {"document": "a" * 64},
        {"number": "RE 2026 447", "gross": D("1110.06")},
        {"number": "RE 2026 447"},
        {"number": "RE2026447"},
        {"number": "2026-00447", "gross": D("1110.06")},
        {"issue_date": date(2026, 10, 29), "gross": D("1110.06")},
        {"number": "RE-2026-447", "vendor": "V-2", "gross": D("1110.06"), "issue_date": date(2026, 10, 29)},
    ]
    base = {
        "vendor": "V-1", "number": "X-1", "issue_date": date(2026, 11, 2), "currency": "EUR", "gross": D(50),
        "document": "b" * 64,
    }  # fmt: skip
    told = {find_twins(Candidate(**{**base, **disguise}), [FIRST])[0].sentence for disguise in disguises}
    assert len(told) == len(disguises)
    assert all("RE-2026-00447" in sentence for sentence in told)
