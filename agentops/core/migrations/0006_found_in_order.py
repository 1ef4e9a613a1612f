"""What a person did, and what is no step of a run, is found in the order of time however long the trail is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0005_apitoken")]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                "actor",
                models.F("at").desc(),
                name="audit_entry_by_person",
                condition=models.Q(("actor__gte", "person:"), ("actor__lt", "person;")),
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                "action",
                models.F("at").desc(),
                name="audit_entry_by_action",
                condition=models.Q(("action__lt", "run."), ("action__gte", "run/"), _connector="OR"),
            ),
        ),
    ]
