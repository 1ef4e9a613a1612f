"""What became of a step: also that a person did it. The column's values are the program's; nothing in the table changes."""

from django.db import migrations, models

STATUSES = [
    ("done", "Done"), ("empty", "Empty"), ("skipped", "Skipped"), ("carried", "Carried"), ("refused", "Refused"),
    ("failed", "Failed"), ("by_hand", "By Hand"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("runs", "0011_whose_hands_are_in_a_run")]

    operations = [
        migrations.AlterField("step", "status", models.CharField(choices=STATUSES, max_length=8)),
    ]
