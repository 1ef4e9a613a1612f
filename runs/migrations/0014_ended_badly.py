"""The few runs that did not end well are found among a million that did."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0013_model_calls")]

    operations = [
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                condition=models.Q(("status__in", ["failed", "rejected", "cancelled"])),
                fields=["status", "-number"],
                name="run_ended_badly",
            ),
        ),
    ]
