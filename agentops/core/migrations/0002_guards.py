"""Groups for the roles, and triggers: duties stay apart, a user's kind stays, files and immutable tables never change."""

from typing import Any

from django.db import migrations

from agentops.core.roles import make_role_groups

# Used by every immutable table of the house; see agentops/core/protection.py.
REFUSE_CHANGE = r"""
CREATE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Tests that commit empty their database afterwards; no other database has such a name.
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\_%' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""

SEPARATE_DUTIES = """
CREATE FUNCTION core_duty(p_role text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_role
        WHEN 'reviewer' THEN 'decide'
        WHEN 'controller' THEN 'decide'
        WHEN 'vendor_manager' THEN 'vendor_master'
        WHEN 'payment_releaser' THEN 'release_payments'
        WHEN 'user_admin' THEN 'user_administration'
        WHEN 'policy_admin' THEN 'policy'
    END
$$;

CREATE FUNCTION core_check_roles() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_kind text;
    v_role text;
    v_other text;
BEGIN
    -- Two roles granted at the same moment see one another: the second waits here for the first.
    SELECT kind INTO v_kind FROM core_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    SELECT name INTO v_role FROM auth_group WHERE id = NEW.group_id;
    IF (v_kind = 'service') <> (v_role = 'service') THEN
        RAISE EXCEPTION 'a % user may not hold the role %', v_kind, v_role USING ERRCODE = 'check_violation';
    END IF;
    SELECT g.name INTO v_other
        FROM core_user_groups held JOIN auth_group g ON g.id = held.group_id
        WHERE held.user_id = NEW.user_id AND core_duty(g.name) <> core_duty(v_role) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the roles % and % may not be held by one person', v_other, v_role
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER core_user_groups_keep_duties_apart AFTER INSERT OR UPDATE ON core_user_groups
    FOR EACH ROW EXECUTE FUNCTION core_check_roles();
ALTER TABLE core_user_groups ENABLE ALWAYS TRIGGER core_user_groups_keep_duties_apart;

CREATE FUNCTION core_refuse_role_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the group % stands for a role and stays', OLD.name USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER auth_group_roles_stay BEFORE UPDATE OR DELETE ON auth_group FOR EACH ROW
    WHEN (core_duty(OLD.name) IS NOT NULL OR OLD.name IN ('operator', 'auditor', 'service'))
    EXECUTE FUNCTION core_refuse_role_change();

CREATE FUNCTION core_refuse_kind_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a % user stays one', OLD.kind USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER core_user_kind_stays BEFORE UPDATE OF kind ON core_user FOR EACH ROW
    WHEN (OLD.kind IS DISTINCT FROM NEW.kind) EXECUTE FUNCTION core_refuse_kind_change();
"""

# Deleting is not refused: the retention of rejected uploads ends with it. No application role is granted it.
BLOBS_STAY = """
CREATE TRIGGER core_blob_never_changes BEFORE UPDATE ON core_blob
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
ALTER TABLE core_blob ENABLE ALWAYS TRIGGER core_blob_never_changes;
"""

UNDO = """
DROP TRIGGER core_blob_never_changes ON core_blob;
DROP TRIGGER core_user_kind_stays ON core_user;
DROP FUNCTION core_refuse_kind_change();
DROP TRIGGER auth_group_roles_stay ON auth_group;
DROP FUNCTION core_refuse_role_change();
DROP TRIGGER core_user_groups_keep_duties_apart ON core_user_groups;
DROP FUNCTION core_check_roles();
DROP FUNCTION core_duty(text);
DROP FUNCTION core_refuse_change();
"""


def make_groups(apps: Any, schema_editor: Any) -> None:
    """The same as after every migration; here so that later migrations can count on the groups."""
    make_role_groups(using=schema_editor.connection.alias, apps=apps)


class Migration(migrations.Migration):
    """After this a user cannot come to hold two duties, by whatever path."""

    dependencies = [("core", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [
        migrations.RunPython(make_groups, migrations.RunPython.noop),
        migrations.RunSQL(REFUSE_CHANGE + SEPARATE_DUTIES + BLOBS_STAY, UNDO),
    ]
