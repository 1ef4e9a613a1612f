"""How much is at stake, against every limit there is."""

from decimal import Decimal

from tools_registry.facts import GRANT_AMOUNTS
from tools_registry.gate.case import SUMS, ZERO, Case, Weighed
from tools_registry.gate.limits import caps_of, uses_of
from tools_registry.gate.wellformed import is_amount
from tools_registry.gate.wording import above, money
from tools_registry.kinds import Impact, Mode


def currency_is_known(case: Case) -> None:
    for item in case.items:
        code = item.action.currency
        if item.action.amount is None:
            continue
        if code is None or not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
            case.deny("wrong_currency", f"The amount of {item.action.tool} has no valid currency", "currency")


def amount_is_not_negative(case: Case) -> None:
    for item in case.items:
        amount, converted = item.action.amount, item.action.converted
        if amount is None or (amount >= ZERO and (converted is None or converted >= ZERO)):
            continue
        sentence = f"Amount {money(amount, item.action.currency)} is negative"
        say = case.deny if item.hard else case.park
        say("negative_amount" if item.hard else "negative_total", sentence, "amount", found=str(amount))


def amount_is_named(case: Case) -> None:
    for item in case.items:
        if item.action.amount is not None or not (item.hard or _limits_amounts(item)):
            continue
        if item.hard:
            case.need_two()
        case.park("amount_missing", f"{item.action.tool} names no amount to hold against its limit", "amount")


def foreign_amount_has_a_rate(case: Case) -> None:
    for item in case.items:
        amount = item.action.amount
        if amount is None or item.converted is not None:
            continue
        if item.hard:
            case.need_two()
        told, base = money(amount, item.action.currency), case.context.base_currency
        case.park("no_exchange_rate", f"There is no rate to value {told} in {base}", "currency")


def item_is_within_its_limit(case: Case) -> None:
    for item in case.items:
        if item.grant is not None:
            _park_above(case, item, item.grant.item_limit, "amount_over_limit", "the limit")


def hard_action_has_a_limit(case: Case) -> None:
    for item in case.items:
        grant = item.grant
        if item.hard and grant is not None and grant.mode is Mode.AUTO and grant.item_limit is None:
            case.park("no_limit_set", f"No limit is set up to which {item.action.tool} may be done alone")


def item_is_within_the_ceiling(case: Case) -> None:
    for item in case.items:
        _park_above(case, item, case.context.house.item_limit, "above_house_ceiling", "the house's ceiling")


def agent_needs_no_second_signature(case: Case) -> None:
    for item in case.items:
        if item.grant is not None:
            _two_above(case, item, item.grant.second_signature_over, "the second-signature amount")


def house_needs_no_second_signature(case: Case) -> None:
    for item in case.items:
        _two_above(case, item, case.context.house.second_signature_over, "the house's second-signature amount")


def day_has_room(case: Case) -> None:
    for item in case.items:
        for limit, cap, whom in caps_of(item):
            if cap is not None and not whom and item.action.amount is not None:
                case.park("cumulative_limit", f"Nobody is named for the {_DAY[limit]}", _NAMED[limit])
    base = case.context.base_currency
    for use in uses_of(case):
        used = case.context.used.get(use.key, ZERO)
        if not is_amount(used) or used < ZERO:
            case.park("cumulative_limit", f"What is used of the {_DAY[use.limit]} is unknown", "amount")
        elif (total := SUMS.add(used, use.amount)) > use.cap:
            case.park(
                "cumulative_limit",
                f"Amount {money(use.amount, base)} and {money(used, base)} already done alone today "
                f"are above the {_DAY[use.limit]} of {money(use.cap, base)}",
                "amount",
                found=str(total),
                limit=str(use.cap),
                used=str(used),
            )


_DAY = {
    "counterparty_day": "limit per counterparty and day",
    "order_day": "limit per order and day",
    "agent_day": "limit per agent and day",
}
_NAMED = {"counterparty_day": "counterparty", "order_day": "order", "agent_day": "agent"}
_MONEY_LIMITS = tuple(name for name in GRANT_AMOUNTS if name != "min_confidence")


def _limits_amounts(item: Weighed) -> bool:
    grant = item.grant
    if grant is None or item.action.impact is Impact.READ:
        return False
    return any(getattr(grant, name) is not None for name in _MONEY_LIMITS)


def _park_above(case: Case, item: Weighed, limit: Decimal | None, code: str, what: str) -> None:
    found = case.heaviest(item)
    if limit is not None and found is not None and found > limit:
        sentence = above(item, found, limit, what, case.context.base_currency)
        case.park(code, sentence, "amount", found=str(found), limit=str(limit))


def _two_above(case: Case, item: Weighed, limit: Decimal | None, what: str) -> None:
    found = case.heaviest(item)
    if limit is not None and found is not None and found > limit:
        case.need_two()
        _park_above(case, item, limit, "second_signature", what)
