"""How somebody hears of something: what they chose, else what their desk proposes, else what is usual."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from agentops.notifications.kinds import KINDS, LOUDNESS, How, Kind, offered
from agentops.notifications.models import Choice, DeskChoice, Manner
from reviews.models import Desk


class Choices:
    """What people and desks chose, read when first asked and kept for as long as this object lives."""

    def __init__(self) -> None:
        self._own: dict[UUID, dict[str, How]] = {}
        self._desks: dict[UUID, dict[str, How]] = {}
        self._manners: dict[UUID, Manner] = {}

    def read(self, people: Iterable[UUID]) -> None:
        """Read those of these people who were not asked for before, at once."""
        new = [one for one in people if one not in self._own]
        if not new:
            return
        self._own |= {one: {} for one in new}
        for choice in Choice.objects.filter(person__in=new):
            self._own[choice.person_id][choice.kind] = How(choice.how)
        self._manners |= {one: Manner(person_id=one) for one in new} | Manner.objects.in_bulk(new)

    def manner(self, person: UUID) -> Manner:
        """When this person may be written to."""
        self.read([person])
        return self._manners[person]

    def how(self, person: UUID, kind: Kind, desk: Desk | None) -> How:
        """How they hear of this kind at this desk."""
        self.read([person])
        chosen = self._own[person].get(kind.code) or self.at_desk(desk).get(kind.code) or kind.usual
        return chosen if chosen in offered(kind) else kind.usual

    def loudest(self, person: UUID, kinds: Sequence[Kind], desk: Desk | None) -> tuple[Kind, How]:
        """Of several reasons the one told: the loudest, of equals the one further up in the list of kinds."""
        order = list(KINDS)
        told = [(kind, self.how(person, kind, desk)) for kind in kinds]
        return max(told, key=lambda pair: (LOUDNESS[pair[1]], -order.index(pair[0].code)))

    def at_desk(self, desk: Desk | None) -> dict[str, How]:
        """What a desk proposes to its people."""
        if desk is None:
            return {}
        if desk.pk not in self._desks:
            rows = DeskChoice.objects.filter(desk=desk)
            self._desks[desk.pk] = {row.kind: How(row.how) for row in rows}
        return self._desks[desk.pk]
