"""Operations for migrations: the audit trail's chains, held by the database itself."""

from django.db.migrations.operations import RunSQL

LOCKING_FUNCTION = RunSQL(
    """
    CREATE FUNCTION kernel_lock_chain(chain uuid) RETURNS void LANGUAGE sql AS $$
        SELECT pg_advisory_xact_lock(hashtextextended('kernel.audit:' || chain::text, 0));
    $$;
    """,
    "DROP FUNCTION kernel_lock_chain(uuid);",
)
"""Lets one writer at a time, until it commits, add to a chain."""

LINKING_TRIGGER = RunSQL(
    """
    CREATE FUNCTION kernel_check_link() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        last_seq bigint;
        last_hash bytea;
    BEGIN
        PERFORM kernel_lock_chain(NEW.chain);
        SELECT seq, hash INTO last_seq, last_hash
            FROM kernel_auditevent WHERE chain = NEW.chain ORDER BY seq DESC LIMIT 1;
        IF NEW.seq <> coalesce(last_seq, 0) + 1
            OR NEW.prev_hash <> coalesce(last_hash, decode(repeat('00', 32), 'hex'))
            OR octet_length(NEW.hash) <> 32
        THEN
            RAISE EXCEPTION 'event % does not follow the last one of chain %', NEW.seq, NEW.chain
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER kernel_auditevent_follows_the_last BEFORE INSERT ON kernel_auditevent
        FOR EACH ROW EXECUTE FUNCTION kernel_check_link();
    """,
    """
    DROP TRIGGER kernel_auditevent_follows_the_last ON kernel_auditevent;
    DROP FUNCTION kernel_check_link();
    """,
)
"""Refuses an event that is not the next one of its chain."""
