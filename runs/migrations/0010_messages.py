"""Waiting for a counterparty's message: its thread, when the wait is over, and the message that answered."""

from django.db import migrations, models
from django.db.models import Q

import runs.models

GUARD = """
CREATE OR REPLACE FUNCTION runs_await_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.answered_at IS NOT NULL
        OR (NEW.run_id, NEW.revision, NEW.seq, NEW.request_digest, NEW.request, NEW.kind, NEW.thread, NEW.expires_at)
        IS DISTINCT FROM
        (OLD.run_id, OLD.revision, OLD.seq, OLD.request_digest, OLD.request, OLD.kind, OLD.thread, OLD.expires_at) THEN
        RAISE EXCEPTION 'runs_await: a question is answered once and does not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
GUARD_BACK = """
CREATE OR REPLACE FUNCTION runs_await_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.answered_at IS NOT NULL OR (NEW.run_id, NEW.revision, NEW.seq, NEW.request_digest, NEW.request)
        IS DISTINCT FROM (OLD.run_id, OLD.revision, OLD.seq, OLD.request_digest, OLD.request) THEN
        RAISE EXCEPTION 'runs_await: a question is answered once and does not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("runs", "0009_ways_on_from_an_intake_problem")]

    operations = [
        migrations.AddField(model_name="await", name="thread", field=models.CharField(max_length=300, null=True)),
        migrations.AddField(model_name="await", name="expires_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="await", name="message_key", field=runs.models.HashField(max_length=64, null=True)
        ),
        migrations.AddConstraint(
            model_name="await",
            constraint=models.UniqueConstraint(
                name="await_only_one_open_per_thread",
                fields=["thread"],
                condition=Q(thread__isnull=False, answered_at=None),
            ),
        ),
        migrations.AddConstraint(
            model_name="await",
            constraint=models.UniqueConstraint(
                name="await_is_answered_by_a_message_once",
                fields=["thread", "message_key"],
                condition=Q(message_key__isnull=False),
            ),
        ),
        migrations.AddConstraint(
            model_name="await",
            constraint=models.CheckConstraint(
                name="await_for_a_message_names_its_thread_and_expiry",
                condition=Q(kind="message", thread__isnull=False, expires_at__isnull=False)
                | (~Q(kind="message") & Q(thread=None, expires_at=None, message_key=None)),
            ),
        ),
        migrations.RunSQL(GUARD, GUARD_BACK),
    ]
