"""What a reply says that we did, held to what was done: each claimed deed to its effect.

"We have refunded your order" is true where the effect of a tool says so, or where the source it cites does. This agent
has no tool that pays, cancels, changes or deletes, so a reply that says so of itself is untrue however well its other
words stand in a source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from runs.critic.deeds import Deed, check_of, verify
from tools_registry.facts import Check

from .classify import plain
from .facts import ReplyAbout
from .grounding import Claim

STEM = 6  # letters of a verb that must stand in the source
_DONE = re.compile(
    r"\b(?:(?:we|i)(?: have|'ve)?|(?:has|have|was|were) been|wir haben|haben wir|ich habe|habe ich|wurden?|"
    r"nous avons|j'ai|a été|ont été|hemos|he (?=\w+d[oa]\b)|ha sido|han sido|abbiamo|ho|è stat[oa]|sono stat[ie]|"
    r"(?:we|wij) hebben|hebben (?:we|wij)|ik heb|heb ik)\b"
)
DEEDS = {
    "refund": r"refunded|reimbursed|credited|erstattet|gutgeschrieben|zurücküberwiesen|zurückgezahlt|remboursée?s?|"
    r"crédité[es]*|reembols\w+|abonado|rimborsat[oaie]|accreditat[oaie]|terugbetaald|teruggestort",
    "cancel_order": r"cancell?ed|storniert|annulée?s?|cancelad[oa]s?|anulad[oa]s?|annullat[oaie]|geannuleerd",
    "change_record": r"changed|updated|corrected|geändert|aktualisiert|berichtigt|modifiée?s?|corrigée?s?|"
    r"cambiad[oa]s?|actualizad[oa]s?|modificat[oaie]|aggiornat[oaie]|gewijzigd|aangepast",
    "send_goods": r"sent|shipped|dispatched|reshipped|verschickt|versendet|versandt|zugeschickt|envoyée?s?|"
    r"expédiée?s?|enviad[oa]s?|inviat[oaie]|spedit[oaie]|verzonden|opgestuurd",
    "delete_data": r"deleted|erased|removed|gelöscht|entfernt|supprimée?s?|effacée?s?|eliminad[oa]s?|borrad[oa]s?|"
    r"eliminat[oaie]|cancellat[oaie]|verwijderd|gewist",
}  # fmt: skip
_VERBS = {tool: re.compile(rf"\b(?:{words})\b") for tool, words in DEEDS.items()}


def claimed_deeds(run_id: UUID, claims: Sequence[Claim], about: ReplyAbout) -> Iterator[Check]:
    """One check of what the reply says was done; none where it says nothing of the kind."""
    told = {deed: claim.text for claim in claims for deed in _deeds(claim, about)}
    if not told:
        return
    verified = verify(run_id, told)
    check = check_of(verified, "body")
    untrue = next((one.deed for one in verified if not one.is_true), None)
    if untrue is not None:
        words = f"The reply says that something was done, and nothing shows that it was. “{told[untrue][:120]}”"
        check = replace(check, sentence=words)
    yield check


def _deeds(claim: Claim, about: ReplyAbout) -> Iterator[Deed]:
    said = plain(claim.text)
    source = plain(" ".join(one.text for one in about.sources if one.number in claim.cites))
    for tool, verbs in _VERBS.items() if _DONE.search(said) else ():
        if any(verb[:STEM] not in source for verb in verbs.findall(said)):
            yield Deed(tool, f"ticket:{about.ticket}")
