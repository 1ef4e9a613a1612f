"""The audit trail's own door: the functions that are the only way in, and the triggers that refuse every change."""

from django.db import migrations

# How one entry comes to be; the same text in both functions, since a call inside a call would cost as much again.
INSERT_ENTRY = r"""
    IF p_at NOT BETWEEN clock_timestamp() - interval '10 minutes' AND clock_timestamp() + interval '10 minutes' THEN
        RAISE EXCEPTION 'audit: the time % of this entry is not now', p_at USING ERRCODE = 'check_violation';
    END IF;
    IF octet_length(p_mac) <> 32 OR octet_length(v_prev) <> 32 THEN
        RAISE EXCEPTION 'audit: the MAC and the hash before have 32 bytes' USING ERRCODE = 'check_violation';
    END IF;
    -- The body is authenticated with its place, so nobody without the key can move it: see trail.seal.
    IF starts_with(p_body, '{"_seq":') AND NOT starts_with(p_body, '{"_seq":' || v_seq || ',') THEN
        RAISE EXCEPTION 'audit: this entry was sealed for another place in %, not for %', p_stream, v_seq
            USING ERRCODE = 'serialization_failure';
    END IF;
    v_hash := sha256('\x00'::bytea || sha256(convert_to(p_stream, 'UTF8')) || int8send(v_seq) || v_prev
        || sha256(convert_to(p_body, 'UTF8')) || sha256(p_mac));
    INSERT INTO audit_entry (stream, seq, at, action, actor, prev, body, hash, mac)
        VALUES (p_stream, v_seq, p_at, p_action, p_actor, v_prev, p_body, v_hash, p_mac);
    IF p_facets IS NOT NULL THEN
        INSERT INTO audit_facet (kind, value, stream, seq)
            SELECT split_part(f, '=', 1), substr(f, strpos(f, '=') + 1), p_stream, v_seq FROM unnest(p_facets) f;
    END IF;
"""

# Lock the run's row first: an UPDATE that has to wait for another computes its SET twice, and would write twice.
WRITE = """
CREATE FUNCTION audit_write(
    p_stream text, p_seq bigint, p_prev bytea, p_body text, p_mac bytea, p_at timestamptz,
    p_action text, p_actor text, p_facets text[] DEFAULT NULL
) RETURNS bytea LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_seq CONSTANT bigint := p_seq;
    v_prev CONSTANT bytea := p_prev;
    v_hash bytea;
BEGIN
    IF NOT starts_with(p_stream, 'run:') THEN
        RAISE EXCEPTION 'audit: % keeps its own head; use audit_append', p_stream USING ERRCODE = 'check_violation';
    END IF;
    /* INSERT_ENTRY */
    RETURN v_hash;
END $$;
""".replace("/* INSERT_ENTRY */", INSERT_ENTRY.strip())

APPEND = """
CREATE FUNCTION audit_append(
    p_stream text, p_body text, p_mac bytea, p_at timestamptz, p_action text, p_actor text,
    p_facets text[] DEFAULT NULL, p_expected bigint DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_seq bigint;
    v_prev bytea;
    v_hash bytea;
BEGIN
    IF starts_with(p_stream, 'run:') THEN
        RAISE EXCEPTION 'audit: the head of % is in the run; use audit_write', p_stream USING ERRCODE = 'check_violation';
    END IF;
    LOOP
        SELECT head_seq + 1, head_hash INTO v_seq, v_prev
            FROM audit_stream WHERE stream = p_stream FOR NO KEY UPDATE;
        EXIT WHEN FOUND;
        INSERT INTO audit_stream (stream, head_seq, head_hash) VALUES (p_stream, 0, decode(repeat('00', 32), 'hex'))
            ON CONFLICT DO NOTHING;
    END LOOP;
    IF p_expected <> v_seq THEN
        RETURN -v_seq;  -- nothing is written; the stream stays locked, so the next try fits
    END IF;
    /* INSERT_ENTRY */
    UPDATE audit_stream SET head_seq = v_seq, head_hash = v_hash WHERE stream = p_stream;
    RETURN v_seq;
END $$;
""".replace("/* INSERT_ENTRY */", INSERT_ENTRY.strip())  # nosec B608  both parts are above

PAYLOADS = """
CREATE FUNCTION audit_key_open(p_id uuid, p_subject text, p_wrapped bytea)
RETURNS TABLE (id uuid, wrapped_key bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Whoever comes second takes the key that is there.
    INSERT INTO audit_key (id, subject, wrapped_key) VALUES (p_id, p_subject, p_wrapped)
        ON CONFLICT (subject) WHERE destroyed_at IS NULL DO NOTHING;
    RETURN QUERY SELECT k.id, k.wrapped_key FROM audit_key k WHERE k.subject = p_subject AND k.destroyed_at IS NULL;
END $$;

CREATE FUNCTION audit_key_destroy(p_subject text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_count integer;
BEGIN
    UPDATE audit_key SET wrapped_key = NULL, destroyed_at = clock_timestamp()
        WHERE subject = p_subject AND destroyed_at IS NULL;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;

CREATE FUNCTION audit_payload_write(p_stream text, p_seq bigint, p_name text, p_key uuid, p_ciphertext bytea)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM audit_key WHERE id = p_key AND destroyed_at IS NULL) THEN
        RAISE EXCEPTION 'audit: the key of this payload is destroyed' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO audit_payload (stream, seq, name, key_id, ciphertext)
        VALUES (p_stream, p_seq, p_name, p_key, p_ciphertext);
END $$;
"""

TRIGGERS = """
CREATE FUNCTION audit_stream_rises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.head_seq = 0 AND NEW.head_hash = decode(repeat('00', 32), 'hex') THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.stream = OLD.stream AND NEW.head_seq = OLD.head_seq + 1 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit_stream: a head starts at zero, rises by one and is never removed'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_stream_only_rises BEFORE INSERT OR UPDATE OR DELETE ON audit_stream
    FOR EACH ROW EXECUTE FUNCTION audit_stream_rises();
CREATE TRIGGER audit_stream_never_emptied BEFORE TRUNCATE ON audit_stream
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE audit_stream ENABLE ALWAYS TRIGGER audit_stream_only_rises;
ALTER TABLE audit_stream ENABLE ALWAYS TRIGGER audit_stream_never_emptied;

CREATE FUNCTION audit_key_only_dies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.destroyed_at IS NULL AND NEW.destroyed_at IS NOT NULL
        AND (NEW.id, NEW.subject, NEW.created_at) = (OLD.id, OLD.subject, OLD.created_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit_key: a key can only be destroyed, once' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_key_only_dies BEFORE UPDATE OR DELETE ON audit_key
    FOR EACH ROW EXECUTE FUNCTION audit_key_only_dies();
CREATE TRIGGER audit_key_never_emptied BEFORE TRUNCATE ON audit_key
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE audit_key ENABLE ALWAYS TRIGGER audit_key_only_dies;
ALTER TABLE audit_key ENABLE ALWAYS TRIGGER audit_key_never_emptied;

CREATE TRIGGER audit_entry_never_changes BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER audit_entry_never_emptied BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_never_changes;
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_never_emptied;

CREATE TRIGGER audit_facet_never_changes BEFORE UPDATE OR DELETE ON audit_facet
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER audit_facet_never_emptied BEFORE TRUNCATE ON audit_facet
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE audit_facet ENABLE ALWAYS TRIGGER audit_facet_never_changes;
ALTER TABLE audit_facet ENABLE ALWAYS TRIGGER audit_facet_never_emptied;

CREATE TRIGGER audit_payload_never_changes BEFORE UPDATE OR DELETE ON audit_payload
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER audit_payload_never_emptied BEFORE TRUNCATE ON audit_payload
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE audit_payload ENABLE ALWAYS TRIGGER audit_payload_never_changes;
ALTER TABLE audit_payload ENABLE ALWAYS TRIGGER audit_payload_never_emptied;
"""

# Functions can be called by everybody unless that is taken back; rights.py grants them to the application's role.
RIGHTS = """
REVOKE ALL ON FUNCTION audit_write(text, bigint, bytea, text, bytea, timestamptz, text, text, text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_append(text, text, bytea, timestamptz, text, text, text[], bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_key_open(uuid, text, bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_key_destroy(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_payload_write(text, bigint, text, uuid, bytea) FROM PUBLIC;
"""

UNDO = """
DROP FUNCTION audit_write(text, bigint, bytea, text, bytea, timestamptz, text, text, text[]);
DROP FUNCTION audit_append(text, text, bytea, timestamptz, text, text, text[], bigint);
DROP FUNCTION audit_key_open(uuid, text, bytea);
DROP FUNCTION audit_key_destroy(text);
DROP FUNCTION audit_payload_write(text, bigint, text, uuid, bytea);
DROP TRIGGER audit_stream_only_rises ON audit_stream;
DROP TRIGGER audit_stream_never_emptied ON audit_stream;
DROP FUNCTION audit_stream_rises();
DROP TRIGGER audit_key_only_dies ON audit_key;
DROP TRIGGER audit_key_never_emptied ON audit_key;
DROP FUNCTION audit_key_only_dies();
DROP TRIGGER audit_entry_never_changes ON audit_entry;
DROP TRIGGER audit_entry_never_emptied ON audit_entry;
DROP TRIGGER audit_facet_never_changes ON audit_facet;
DROP TRIGGER audit_facet_never_emptied ON audit_facet;
DROP TRIGGER audit_payload_never_changes ON audit_payload;
DROP TRIGGER audit_payload_never_emptied ON audit_payload;
"""


class Migration(migrations.Migration):
    """After this nothing enters the trail but through a function, and nothing leaves it."""

    dependencies = [("core", "0002_guards")]
    operations = [migrations.RunSQL(WRITE + APPEND + PAYLOADS + TRIGGERS + RIGHTS, UNDO)]
