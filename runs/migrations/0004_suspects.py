"""Runs that must be carried alone are few and are looked for every second: an index of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0003_intakeproblem")]

    operations = [
        migrations.AddIndex(
            model_name="run",
            index=models.Index(condition=models.Q(("suspect", True)), fields=["due_at"], name="run_suspect_due"),
        ),
    ]
