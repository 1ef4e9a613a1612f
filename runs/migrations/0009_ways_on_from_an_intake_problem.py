"""What came with a refused file, how often it was looked at, and who settled it how."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0008_short_checks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint("intakeproblem", "intake_problem_names_its_run_exactly_when_retried"),
        migrations.AlterField(
            "intakeproblem",
            "status",
            models.CharField(
                choices=[("open", "Open"), ("retried", "Retried"), ("keyed", "Keyed"), ("closed", "Closed")],
                default="open",
                max_length=8,
            ),
        ),
        migrations.AddField("intakeproblem", "given", models.JSONField(default=dict)),
        migrations.AddField("intakeproblem", "channel", models.CharField(default="", max_length=40)),
        migrations.AddField("intakeproblem", "tries", models.PositiveIntegerField(default=1)),
        migrations.AddField(
            "intakeproblem",
            "settled_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("intakeproblem", "settled_at", models.DateTimeField(null=True)),
        migrations.AddField("intakeproblem", "why", models.CharField(default="", max_length=400)),
        migrations.AddIndex(
            "intakeproblem",
            models.Index(condition=models.Q(("status", "open")), fields=["-at"], name="intake_problem_open"),
        ),
        migrations.AddConstraint(
            "intakeproblem",
            models.CheckConstraint(
                name="intake_problem_names_its_run_exactly_when_one_started",
                condition=models.Q(run__isnull=False, status__in=["retried", "keyed"])
                | models.Q(run=None, status__in=["open", "closed"]),
            ),
        ),
        migrations.AddConstraint(
            "intakeproblem",
            models.CheckConstraint(
                name="intake_problem_is_closed_with_a_reason",
                condition=models.Q(("status", "closed"), _negated=True)
                | models.Q(("why", ""), _negated=True)
                | models.Q(settled_by=None),
            ),
        ),
    ]
