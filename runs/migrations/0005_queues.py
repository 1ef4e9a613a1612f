"""What is due, in two indexes: a claim walks through what is queued and nothing else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0004_suspects")]

    operations = [
        migrations.RemoveIndex(model_name="run", name="run_due"),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(condition=models.Q(("status", "queued")), fields=["due_at"], name="run_queued"),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False), models.Q(("status", "queued"), _negated=True)),
                fields=["due_at"],
                name="run_due_later",
            ),
        ),
    ]
