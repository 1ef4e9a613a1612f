"""The desk of last resort is always there."""

from django.db import migrations

SLUG = "unassigned"


def make(apps, schema_editor):
    apps.get_model("reviews", "Desk").objects.using(schema_editor.connection.alias).get_or_create(
        slug=SLUG,
        defaults={
            "name": "Unassigned",
            "agents": [],
            "due_hours": 8,
            "expire_hours": 24 * 365,
            "expiry_rule": "deny",
        },
    )


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_guards")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
