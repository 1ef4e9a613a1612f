"""What a person said of a stuck run: also that they did a step themselves. Nothing in the table changes."""

from django.db import migrations, models

VERDICTS = [
    ("approve", "Approve"), ("edit", "Edit and approve"), ("reject", "Reject"), ("send_back", "Send back"),
    ("hand_over", "Hand over"), ("take_over", "Take over the claim"), ("answer", "Answer"), ("retry", "Retry"),
    ("by_hand", "Do a step by hand"), ("happened", "It did happen"), ("did_not_happen", "It did not happen"),
    ("take_back", "Take a signature back"), ("would_approve", "Would Approve"), ("would_edit", "Would Edit"),
    ("would_reject", "Would Reject"), ("unsure", "Unsure"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("reviews", "0005_desks_and_limits")]

    operations = [
        migrations.AlterField("decision", "verdict", models.CharField(choices=VERDICTS, max_length=14)),
    ]
