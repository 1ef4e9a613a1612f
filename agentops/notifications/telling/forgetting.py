"""Old lines of the bell are forgotten; what was sent by mail or to a channel stays with its attempts."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef

from agentops.core.clock import db_now
from agentops.notifications.models import Delivery, Item, News
from runs.points import durable

KEPT = timedelta(days=90)
AT_ONCE = 5000


@durable("news.forget")
def forget() -> int:
    """Delete lines older than `KEPT`, and what nothing speaks of any more; says how many lines."""
    old = db_now() - KEPT
    lines = Item.objects.filter(at__lt=old).order_by("at").values_list("pk", flat=True)[:AT_ONCE]
    ids = list(lines)
    if not ids:
        return 0
    news = list(Item.objects.filter(pk__in=ids).values_list("news", flat=True))
    Item.objects.filter(pk__in=ids).delete()
    spoken = Exists(Item.objects.filter(news=OuterRef("pk"))) | Exists(Delivery.objects.filter(news=OuterRef("pk")))
    News.objects.filter(~spoken, pk__in=news, spread_at__isnull=False).delete()
    return len(ids)
