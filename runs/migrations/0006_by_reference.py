"""A large argument that is a whole earlier result is kept once: the call's row says where it came from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0005_queues")]

    operations = [
        migrations.AddField(model_name="toolcall", name="input_from", field=models.JSONField(null=True)),
    ]
