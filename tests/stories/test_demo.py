"""The demo is prepared again at each start: nothing comes twice, and everything ends as its manifest says."""

from collections import Counter

import pytest

from agentops.agents.invoices.demo.cases import read_manifest
from agentops.agents.invoices.models import PurchaseOrder, Vendor
from agentops.core.models import User
from agentops.demo import inbox
from agentops.web.outcomes import outcome_of
from reviews.models import Desk
from runs.models import IntakeProblem, Run, RunInput
from tests.stories.conftest import assert_in_order, until
from tools_registry.models import PolicyVersion


def things() -> dict[str, int]:
    return {
        model.__name__: model.objects.count()
        for model in (User, Desk, Vendor, PurchaseOrder, Run, IntakeProblem, PolicyVersion)
    }


@pytest.mark.slow
def test_prepared_twice_nothing_is_there_twice_and_each_file_ends_as_it_should(empty_house, settings, working):
    settings.DEMO = True
    people = inbox.prepare()
    made = things()
    until(lambda: all(outcome_of(run_id).settled for run_id in Run.objects.values_list("id", flat=True)), 90)
    again = inbox.prepare()
    assert again == people
    assert things() == made

    # Delivered once more, as after a crash in the middle: the door knows each file by its key.
    (settings.DATA_DIR / "demo_world/invoices" / inbox.DELIVERED).unlink()
    inbox.prepare()
    assert things() == made

    cases = read_manifest(settings.DATA_DIR / "demo_world/invoices/inbox")
    assert len(cases) >= 24
    wrong = []
    for case in cases:
        run_id = RunInput.objects.filter(subject=case.file).values_list("run_id", flat=True).first()
        found = outcome_of(run_id) if run_id else None
        disposition = found.disposition if found else "reject"
        reasons = set(found.reasons) if found else {IntakeProblem.objects.get(name=case.file).code}
        if disposition != case.disposition or (case.reasons and not reasons & set(case.reasons)):
            wrong.append((case.file, case.case, case.disposition, case.reasons, disposition, reasons))
    assert wrong == []
    share = Counter(case.share for case in cases)
    assert share["automatic"] >= 0.75 * len(cases)
    assert_in_order()
