"""The breaker weighs failures against successes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tools_registry", "0002_guards")]

    operations = [
        migrations.AddField(model_name="breaker", name="successes", field=models.PositiveIntegerField(default=0)),
    ]
