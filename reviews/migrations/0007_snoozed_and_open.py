"""What is snoozed is looked for among what is open, so the index says so: else every tool is looked through with it."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("reviews", "0006_by_hand")]

    operations = [
        migrations.RemoveIndex("review", "review_snoozed"),
        migrations.AddIndex(
            "review",
            models.Index(
                fields=["snoozed_until"],
                name="review_snoozed",
                condition=Q(("status__in", ["open", "signed_once"]), ("snoozed_until__isnull", False)),
            ),
        ),
    ]
