"""What the agent's code found out: checks, marks, confidence, and how old the evidence is."""

from decimal import Decimal

from tools_registry.facts import Reason
from tools_registry.gate.case import URGENT, Case
from tools_registry.gate.wording import span
from tools_registry.kinds import Severity


def blocking_checks_pass(case: Case) -> None:
    _failed_checks(case, Severity.BLOCKS)


def warning_checks_pass(case: Case) -> None:
    _failed_checks(case, Severity.WARNS)


def agent_marks_nothing(case: Case) -> None:
    for mark in case.proposal.marks:
        urgent = bool(mark.urgent) or mark.code in URGENT
        case.parkings.append(Reason(mark.code, mark.sentence, mark.field, mark.numbers, urgent))


def confidence_is_known(case: Case) -> None:
    if case.proposal.confidence is None and _threshold(case) is not None:
        case.park("confidence_unknown", "How sure this reading is could not be said", "confidence")


def confidence_is_enough(case: Case) -> None:
    confidence, threshold = case.proposal.confidence, _threshold(case)
    if confidence is not None and threshold is not None and confidence < threshold:
        case.park(
            "low_confidence",
            f"Confidence {confidence} is below the threshold of {threshold}",
            "confidence",
            found=str(confidence),
            limit=str(threshold),
        )


def evidence_is_fresh(case: Case) -> None:
    longest = case.context.house.max_evidence_age
    for item in case.items:
        seen = item.action.evidence_at
        if seen is not None and (age := case.context.now - seen) > longest:
            case.park(
                "stale_evidence",
                f"The evidence for {item.action.tool} is {span(age)} old, older than the {span(longest)} it may be",
                "evidence",
                found=str(int(age.total_seconds())),
                limit=str(int(longest.total_seconds())),
            )


def _failed_checks(case: Case, severity: Severity) -> None:
    for check in case.proposal.checks:
        if not check.passed and check.severity is severity:
            say = case.block if severity is Severity.BLOCKS else case.park
            say(
                check.code or "check_failed",
                check.sentence or f"{check.name}: expected {check.expected}, found {check.found}",
                check.field or None,
                expected=str(check.expected),
                found=str(check.found),
            )


def _threshold(case: Case) -> Decimal | None:
    """The strictest confidence that any grant of the proposal asks for."""
    asked = [item.grant.min_confidence for item in case.items if item.grant is not None]
    return max((value for value in asked if value is not None), default=None)
