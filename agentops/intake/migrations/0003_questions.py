"""What whoever gives a mail as a file expects, questions to senders, and nobody signs for a file of their own."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import runs.models.fields
from agentops.core.protection import immutable_sql

_EVIDENCE = """
CREATE OR REPLACE FUNCTION intake_mail_is_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.mailbox_id, OLD.uidvalidity, OLD.uid, OLD.document, OLD.size, OLD.message_id, OLD.sender, OLD.subject,
        OLD.sent, OLD.authentication, OLD.requester_id, OLD.at{old})
        IS DISTINCT FROM (NEW.mailbox_id, NEW.uidvalidity, NEW.uid, NEW.document, NEW.size, NEW.message_id, NEW.sender,
        NEW.subject, NEW.sent, NEW.authentication, NEW.requester_id, NEW.at{new}) THEN
        RAISE EXCEPTION 'intake_mail: what a mail was when it came does not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

# What reviews.standing says with better words: who sent the file that somebody else keyed in or replaced does not sign
# for it. Who asked for the run itself is held by the reviews.
NO_SIGNATURE = """
CREATE FUNCTION intake_sender_signs_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.person_id = ANY (runs_asked_by((SELECT run_id FROM runs_proposal WHERE id = NEW.proposal_id))) THEN
        RAISE EXCEPTION 'decision: nobody signs for a file of their own' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reviews_decision_sender_signs_nothing BEFORE INSERT ON reviews_decision FOR EACH ROW
    WHEN (NEW.verdict IN ('approve', 'edit')) EXECUTE FUNCTION intake_sender_signs_nothing();
"""
ANY_SIGNATURE = """
DROP TRIGGER reviews_decision_sender_signs_nothing ON reviews_decision;
DROP FUNCTION intake_sender_signs_nothing();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0002_guards"),
        ("reviews", "0002_guards"),
        ("runs", "0011_whose_hands_are_in_a_run"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("mail", "asked", models.JSONField(default=dict)),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "problem",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="question",
                        serialize=False,
                        to="runs.intakeproblem",
                    ),
                ),
                ("recipient", runs.models.fields.HashField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "mail",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="intake.mail"
                    ),
                ),
                (
                    "mailbox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="intake.mailbox"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["mailbox", "-at"], name="question_of_mailbox")]},
        ),
        migrations.RunSQL(_EVIDENCE.format(old=", OLD.asked", new=", NEW.asked"), _EVIDENCE.format(old="", new="")),
        migrations.RunSQL(*immutable_sql("intake_question")),
        migrations.RunSQL(NO_SIGNATURE, ANY_SIGNATURE),
    ]
