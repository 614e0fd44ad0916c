"""Operations for migrations: what PostgreSQL must hold that Django's models cannot say.

`punos_app` is the role that web and worker take on. Where an installation has no such role, everything still holds by
trigger and privileges are left alone; `manage.py grant_app_role` gives them once the role is there.
"""

from django.db.migrations.operations import RunSQL

APP_ROLE = "punos_app"

REFUSING_FUNCTION = RunSQL(
    """
    CREATE FUNCTION kernel_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$;
    """,
    "DROP FUNCTION kernel_refuse_change();",
)
"""The function behind the triggers of every table whose rows stay as they are."""

GRANTING_FUNCTION = RunSQL(
    """
    CREATE FUNCTION kernel_grant_app_role() RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        app_role constant text := 'punos_app';
        here text := quote_ident(current_schema());
        fixed record;
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = app_role) THEN
            RETURN;
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA %s TO %s', here, app_role);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %s TO %s', here, app_role);
        EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %s TO %s', here, app_role);
        EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %s '
                       'GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %s', here, app_role);
        EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %s '
                       'GRANT USAGE, SELECT ON SEQUENCES TO %s', here, app_role);
        FOR fixed IN
            SELECT tgrelid::regclass AS relation, tgtype & 16 > 0 AS no_update, tgtype & 8 > 0 AS no_delete
            FROM pg_catalog.pg_trigger WHERE tgfoid = 'kernel_refuse_change'::regproc AND tgqual IS NULL
        LOOP
            IF fixed.no_update THEN
                EXECUTE format('REVOKE UPDATE ON %s FROM %s', fixed.relation, app_role);
            END IF;
            IF fixed.no_delete THEN
                EXECUTE format('REVOKE DELETE ON %s FROM %s', fixed.relation, app_role);
            END IF;
        END LOOP;
    END $$;
    """,
    "DROP FUNCTION kernel_grant_app_role();",
)
"""The function that gives the application's role its privileges and takes back what the refusing triggers refuse."""


def grant_app_role() -> RunSQL:
    """Let the application's role read and write every table, those made later too, but not what triggers refuse.

    To be run by the owner of the tables. Undoing it leaves the privileges of the tables that are still there.
    """
    return RunSQL("SELECT kernel_grant_app_role();", RunSQL.noop)


def append_only(table: str) -> RunSQL:
    """Make a table one that is only added to: by trigger for everybody, by privilege for the application's role.

    TRUNCATE is refused by privilege alone, so that the owner can still empty a test database.
    """
    return _refusing(table, events="UPDATE OR DELETE", name="is_append_only")


def unchangeable(table: str) -> RunSQL:
    """Make the rows of a table stay as they are until they are deleted."""
    return _refusing(table, events="UPDATE", name="is_unchangeable")


def kept_while(table: str, *, condition: str) -> RunSQL:
    """Refuse to delete rows for which the condition on OLD holds."""
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table}
            FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION kernel_refuse_change();
        """,
        f"DROP TRIGGER {table}_is_kept ON {table};",
    )


def _refusing(table: str, *, events: str, name: str) -> RunSQL:
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_{name} BEFORE {events} ON {table}
            FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
        SELECT kernel_grant_app_role();
        """,
        f"""
        DROP TRIGGER {table}_{name} ON {table};
        SELECT kernel_grant_app_role();
        """,
    )
