"""A worker that knows where a run's chain ends may compute the next head itself; and facets get a smaller index."""

from django.db import migrations, models

from agentops.core.audit.models import HashOf

# The entry is what `audit_write` of 0003 makes; the caller has put its hash into the run's row in the same statement.
WRITE_TO = r"""
CREATE FUNCTION audit_write_to(
    p_head bytea, p_stream text, p_seq bigint, p_prev bytea, p_body text, p_mac bytea, p_at timestamptz,
    p_action text, p_actor text, p_facets text[] DEFAULT NULL
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT starts_with(p_stream, 'run:') THEN
        RAISE EXCEPTION 'audit: % keeps its own head; use audit_append', p_stream USING ERRCODE = 'check_violation';
    END IF;
    IF p_at NOT BETWEEN clock_timestamp() - interval '10 minutes' AND clock_timestamp() + interval '10 minutes' THEN
        RAISE EXCEPTION 'audit: the time % of this entry is not now', p_at USING ERRCODE = 'check_violation';
    END IF;
    IF octet_length(p_mac) <> 32 OR octet_length(p_prev) <> 32 THEN
        RAISE EXCEPTION 'audit: the MAC and the hash before have 32 bytes' USING ERRCODE = 'check_violation';
    END IF;
    IF starts_with(p_body, '{"_seq":') AND NOT starts_with(p_body, '{"_seq":' || p_seq || ',') THEN
        RAISE EXCEPTION 'audit: this entry was sealed for another place in %, not for %', p_stream, p_seq
            USING ERRCODE = 'serialization_failure';
    END IF;
    IF p_head IS DISTINCT FROM sha256('\x00'::bytea || sha256(convert_to(p_stream, 'UTF8')) || int8send(p_seq)
        || p_prev || sha256(convert_to(p_body, 'UTF8')) || sha256(p_mac)) THEN
        RAISE EXCEPTION 'audit: the head of % is not the hash of this entry', p_stream USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO audit_entry (stream, seq, at, action, actor, prev, body, hash, mac)
        VALUES (p_stream, p_seq, p_at, p_action, p_actor, p_prev, p_body, p_head, p_mac);
    IF p_facets IS NOT NULL THEN
        INSERT INTO audit_facet (kind, value, stream, seq)
            SELECT split_part(f, '=', 1), substr(f, strpos(f, '=') + 1), p_stream, p_seq FROM unnest(p_facets) f;
    END IF;
END $$;
REVOKE ALL ON FUNCTION audit_write_to(bytea, text, bigint, bytea, text, bytea, timestamptz, text, text, text[])
    FROM PUBLIC;
"""
WRITE_TO_BACK = "DROP FUNCTION audit_write_to(bytea, text, bigint, bytea, text, bytea, timestamptz, text, text, text[])"
# The key repeated the whole row for the sake of a search by one value; that a facet stands there once is for the
# verifier, who compares them with what the entry says.
NO_KEY = "ALTER TABLE audit_facet DROP CONSTRAINT audit_facet_pkey"
KEY = "ALTER TABLE audit_facet ADD CONSTRAINT audit_facet_pkey PRIMARY KEY (kind, value, stream, seq)"


class Migration(migrations.Migration):
    dependencies = [("core", "0003_audit")]

    operations = [
        migrations.RunSQL(WRITE_TO, WRITE_TO_BACK),
        migrations.RunSQL(NO_KEY, KEY),
        migrations.AddIndex("auditfacet", models.Index(HashOf("value"), name="audit_facet_by_value")),
    ]
