"""Triggers: versions never change, the head moves along the chain, nobody loosens a policy alone by any path."""

from django.db import migrations

IMMUTABLE = """
CREATE OR REPLACE TRIGGER tools_registry_policyversion_never_changes BEFORE UPDATE OR DELETE ON tools_registry_policyversion
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER tools_registry_policyversion_never_emptied BEFORE TRUNCATE ON tools_registry_policyversion
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE tools_registry_policyversion ENABLE ALWAYS TRIGGER tools_registry_policyversion_never_changes;
ALTER TABLE tools_registry_policyversion ENABLE ALWAYS TRIGGER tools_registry_policyversion_never_emptied;

CREATE OR REPLACE TRIGGER tools_registry_toolversion_never_changes BEFORE UPDATE OR DELETE ON tools_registry_toolversion
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER tools_registry_toolversion_never_emptied BEFORE TRUNCATE ON tools_registry_toolversion
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE tools_registry_toolversion ENABLE ALWAYS TRIGGER tools_registry_toolversion_never_changes;
ALTER TABLE tools_registry_toolversion ENABLE ALWAYS TRIGGER tools_registry_toolversion_never_emptied;
"""

NOBODY_ALONE = """
CREATE FUNCTION tools_registry_is_policy_admin(p_user uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM core_user u
        JOIN core_user_groups held ON held.user_id = u.id JOIN auth_group g ON g.id = held.group_id
        WHERE u.id = p_user AND u.is_active AND u.kind = 'person' AND g.name = 'policy_admin'
    )
$$;

CREATE FUNCTION tools_registry_check_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.author_id IS NOT NULL AND NOT tools_registry_is_policy_admin(NEW.author_id))
        OR (NEW.confirmer_id IS NOT NULL AND NOT tools_registry_is_policy_admin(NEW.confirmer_id)) THEN
        RAISE EXCEPTION 'only policy administrators change the policy' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.source = 'command' AND NEW.loosens AND EXISTS (
        SELECT 1 FROM tools_registry_policyversion WHERE confirmer_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a person has confirmed a policy: a command can only ask' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tools_registry_policyversion_by_administrators BEFORE INSERT ON tools_registry_policyversion
    FOR EACH ROW EXECUTE FUNCTION tools_registry_check_policy();
ALTER TABLE tools_registry_policyversion ENABLE ALWAYS TRIGGER tools_registry_policyversion_by_administrators;

CREATE FUNCTION tools_registry_check_head() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_parent text;
BEGIN
    SELECT parent_id INTO v_parent FROM tools_registry_policyversion WHERE hash = NEW.current_id;
    IF TG_OP = 'INSERT' AND v_parent IS NOT NULL THEN
        RAISE EXCEPTION 'the policy starts with its first version' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.current_id <> OLD.current_id AND v_parent IS DISTINCT FROM OLD.current_id THEN
        RAISE EXCEPTION 'the policy moves on only to a version made from the one in force' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tools_registry_policyhead_follows_the_chain BEFORE INSERT OR UPDATE ON tools_registry_policyhead
    FOR EACH ROW EXECUTE FUNCTION tools_registry_check_head();
CREATE TRIGGER tools_registry_policyhead_stays BEFORE DELETE ON tools_registry_policyhead
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
ALTER TABLE tools_registry_policyhead ENABLE ALWAYS TRIGGER tools_registry_policyhead_follows_the_chain;
ALTER TABLE tools_registry_policyhead ENABLE ALWAYS TRIGGER tools_registry_policyhead_stays;

CREATE FUNCTION tools_registry_check_pending() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'waiting' THEN
        RAISE EXCEPTION 'this pending policy was already answered' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.id, NEW.base_id, NEW.changes, NEW.source, NEW.author_id, NEW.why, NEW.created_at, NEW.expires_at)
        IS DISTINCT FROM (OLD.id, OLD.base_id, OLD.changes, OLD.source, OLD.author_id, OLD.why, OLD.created_at, OLD.expires_at) THEN
        RAISE EXCEPTION 'what a pending policy asks for never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tools_registry_pendingpolicy_is_answered_once BEFORE UPDATE ON tools_registry_pendingpolicy
    FOR EACH ROW EXECUTE FUNCTION tools_registry_check_pending();
CREATE TRIGGER tools_registry_pendingpolicy_stays BEFORE DELETE ON tools_registry_pendingpolicy
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
ALTER TABLE tools_registry_pendingpolicy ENABLE ALWAYS TRIGGER tools_registry_pendingpolicy_is_answered_once;
ALTER TABLE tools_registry_pendingpolicy ENABLE ALWAYS TRIGGER tools_registry_pendingpolicy_stays;
"""

UNDO = """
DROP TRIGGER tools_registry_pendingpolicy_stays ON tools_registry_pendingpolicy;
DROP TRIGGER tools_registry_pendingpolicy_is_answered_once ON tools_registry_pendingpolicy;
DROP FUNCTION tools_registry_check_pending();
DROP TRIGGER tools_registry_policyhead_stays ON tools_registry_policyhead;
DROP TRIGGER tools_registry_policyhead_follows_the_chain ON tools_registry_policyhead;
DROP FUNCTION tools_registry_check_head();
DROP TRIGGER tools_registry_policyversion_by_administrators ON tools_registry_policyversion;
DROP FUNCTION tools_registry_check_policy();
DROP FUNCTION tools_registry_is_policy_admin(uuid);
DROP TRIGGER tools_registry_toolversion_never_emptied ON tools_registry_toolversion;
DROP TRIGGER tools_registry_toolversion_never_changes ON tools_registry_toolversion;
DROP TRIGGER tools_registry_policyversion_never_emptied ON tools_registry_policyversion;
DROP TRIGGER tools_registry_policyversion_never_changes ON tools_registry_policyversion;
"""


class Migration(migrations.Migration):
    """After this a policy is loosened by two administrators or not at all."""

    dependencies = [("tools_registry", "0001_initial"), ("core", "0002_guards")]
    operations = [migrations.RunSQL(IMMUTABLE + NOBODY_ALONE, UNDO)]
