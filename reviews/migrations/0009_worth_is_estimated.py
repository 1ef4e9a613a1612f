"""How many reviews are worth how much is known to the planner: with a filter by reason and one by amount it had guessed
a third for the amount, and walked the whole queue to find twenty-five."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reviews", "0008_counted_without_rows")]

    operations = [
        migrations.RunSQL(
            "CREATE STATISTICS review_worth ON (coalesce(converted, amount, -1)) FROM reviews_review",
            "DROP STATISTICS review_worth",
        )
    ]
