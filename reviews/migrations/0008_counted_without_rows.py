"""The inboxes are counted in the indexes alone: what is put off stands beside each desk's open reviews."""

from django.db import migrations, models
from django.db.models import Q

IS_OPEN = Q(("status__in", ["open", "signed_once"]))
RANK = ["desk", "-urgent", "sort_at", "id"]


class Migration(migrations.Migration):
    dependencies = [("reviews", "0007_snoozed_and_open")]

    operations = [
        migrations.RemoveIndex("review", "review_waiting_at_desk"),
        migrations.RemoveIndex("review", "review_snoozed"),
        migrations.RemoveIndex("review", "review_signed_once"),
        migrations.RemoveIndex("review", "review_samples"),
        migrations.AddIndex(
            "review",
            models.Index(fields=RANK, include=["snoozed_until"], name="review_waiting_at_desk", condition=IS_OPEN),
        ),
        migrations.AddIndex(
            "review",
            models.Index(
                fields=["snoozed_until"],
                include=["desk"],
                name="review_snoozed",
                condition=IS_OPEN & Q(("snoozed_until__isnull", False)),
            ),
        ),
        migrations.AddIndex(
            "review",
            models.Index(
                fields=RANK,
                include=["snoozed_until"],
                name="review_signed_once",
                condition=Q(("status", "signed_once")),
            ),
        ),
        migrations.AddIndex(
            "review",
            models.Index(
                fields=RANK, include=["snoozed_until"], name="review_samples", condition=IS_OPEN & Q(("kind", "sample"))
            ),
        ),
    ]
