"""The audit trail's tables; only functions in the migration write them, and triggers refuse changes."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agentops.core.audit.fields import CurrentTransaction, TransactionIdField

# Streams sort by their bytes everywhere, so that the verifier can walk several sorted lists side by side.
_BYTES = "C"

# The words of two partial indexes; a search that wants to use one says them too.
BY_A_PERSON = Q(actor__gte="person:", actor__lt="person;")
NO_STEP_OF_A_RUN = Q(action__lt="run.") | Q(action__gte="run/")


class AuditStream(models.Model):
    """Where each stream ends; the streams of runs end in the run's own row instead."""

    stream = models.CharField(primary_key=True, max_length=120, db_collation=_BYTES)
    head_seq = models.BigIntegerField()
    head_hash = models.BinaryField()

    class Meta:
        db_table = "audit_stream"

    def __str__(self) -> str:
        return f"{self.stream} {self.head_seq}"


class AuditEntry(models.Model):
    """One event: its canonical text, authenticated by `mac` and chained to the entry before it."""

    pk = models.CompositePrimaryKey("stream", "seq")
    stream = models.CharField(max_length=120, db_collation=_BYTES)
    seq = models.BigIntegerField()
    tx = TransactionIdField(db_default=CurrentTransaction())
    at = models.DateTimeField()
    action = models.CharField(max_length=80)
    actor = models.CharField(max_length=160)
    prev = models.BinaryField()
    body = models.TextField()
    hash = models.BinaryField()
    mac = models.BinaryField()

    class Meta:
        db_table = "audit_entry"
        # What workers write is found by the coarse index of time, which costs them nothing; what people did, and what
        # is no step of a run, is rare enough for indexes that hold it in order.
        indexes = [
            BrinIndex(name="audit_entry_by_time", fields=["at"], pages_per_range=32),
            models.Index("actor", models.F("at").desc(), name="audit_entry_by_person", condition=BY_A_PERSON),
            models.Index("action", models.F("at").desc(), name="audit_entry_by_action", condition=NO_STEP_OF_A_RUN),
        ]
        constraints = [
            models.CheckConstraint(name="audit_entry_counts_from_one", condition=Q(seq__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.seq} {self.action}"


class HashOf(models.Func):
    """Eight bytes that stand for a text of any length in an index; who searches by it compares the text as well."""

    template = "hashtextextended(%(expressions)s, 0)"
    output_field = models.BigIntegerField()


class AuditFacet(models.Model):
    """Something an entry can be searched by: a document, a counterparty, an order."""

    # In the database there is no such key: its index would hold every row a second time.
    pk = models.CompositePrimaryKey("kind", "value", "stream", "seq")
    kind = models.CharField(max_length=40)
    value = models.CharField(max_length=200)
    stream = models.CharField(max_length=120, db_collation=_BYTES)
    seq = models.BigIntegerField()

    class Meta:
        db_table = "audit_facet"
        indexes = [models.Index(HashOf("value"), name="audit_facet_by_value")]

    def __str__(self) -> str:
        return f"{self.kind}={self.value}"


class AuditKey(models.Model):
    """The wrapped key under which a subject's payloads are encrypted; destroying it erases them all."""

    id = models.UUIDField(primary_key=True)
    subject = models.CharField(max_length=160)
    wrapped_key = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "audit_key"
        constraints = [
            models.UniqueConstraint(
                name="audit_key_one_alive_per_subject", fields=["subject"], condition=Q(destroyed_at=None)
            ),
            models.CheckConstraint(
                name="audit_key_is_gone_exactly_when_destroyed",
                condition=Q(destroyed_at=None, wrapped_key__isnull=False)
                | Q(destroyed_at__isnull=False, wrapped_key=None),
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class AuditPayload(models.Model):
    """What may hold personal data, encrypted; the entry keeps only a salted commitment to it."""

    pk = models.CompositePrimaryKey("stream", "seq", "name")
    stream = models.CharField(max_length=120, db_collation=_BYTES)
    seq = models.BigIntegerField()
    name = models.CharField(max_length=60)
    key = models.ForeignKey(AuditKey, models.PROTECT, related_name="payloads", db_column="key_id")
    ciphertext = models.BinaryField()

    class Meta:
        db_table = "audit_payload"

    def __str__(self) -> str:
        return f"{self.stream} {self.seq} {self.name}"
