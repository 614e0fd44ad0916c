"""After a yes only changes follow, one at a time, each a version that names what it changes; and who is bound by it."""

from django.db import migrations

ONLY_CHANGES_FOLLOW_A_YES = """
CREATE OR REPLACE FUNCTION bids_nothing_follows_a_yes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    yeses integer;
    proposed integer;
    under_way integer;
BEGIN
    SELECT changing INTO under_way FROM bids_bid WHERE id = NEW.bid_id FOR UPDATE;
    SELECT count(*) INTO yeses FROM bids_revisionstanding WHERE bid_id = NEW.bid_id AND state = 'accepted';
    SELECT change INTO proposed FROM bids_revision WHERE id = NEW.revision_id;
    IF proposed <> yeses OR (yeses > 0 AND under_way <> proposed) THEN
        RAISE EXCEPTION 'the client has said yes % times: change % does not follow', yeses, proposed
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
NOTHING_FOLLOWS_A_YES = """
CREATE OR REPLACE FUNCTION bids_nothing_follows_a_yes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM bids_bid WHERE id = NEW.bid_id FOR UPDATE;
    IF EXISTS (SELECT FROM bids_revisionstanding WHERE bid_id = NEW.bid_id AND state = 'accepted') THEN
        RAISE EXCEPTION 'the client has said yes: no other version follows' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

A_VERSION_NAMES_WHAT_IT_CHANGES = """
CREATE FUNCTION bids_a_version_names_what_it_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said jsonb := '{}';
    at_first text;
    holds text;
BEGIN
    -- Seven bytes of domain prefix stand before the JSON of a version.
    IF substring(NEW.payload FROM 1 FOR 7) = decode('7265762e763100', 'hex') THEN
        said := convert_from(substring(NEW.payload FROM 8), 'UTF8')::jsonb;
    END IF;
    IF coalesce((said #>> '{change,number}')::integer, 0) <> NEW.change THEN
        RAISE EXCEPTION 'version % is not the change its bytes say', NEW.number USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.change = 0 THEN
        RETURN NEW;
    END IF;
    SELECT encode((array_agg(version.content_hash ORDER BY version.number))[1], 'hex'),
           encode((array_agg(version.content_hash ORDER BY version.number DESC))[1], 'hex')
    INTO at_first, holds
    FROM bids_revision AS version JOIN bids_revisionstanding AS stands ON stands.revision_id = version.id
    WHERE version.bid_id = NEW.bid_id AND stands.state = 'accepted';
    IF (said #>> '{change,of}', said #>> '{change,from}') IS DISTINCT FROM (at_first, holds) THEN
        RAISE EXCEPTION 'version % does not change what is agreed', NEW.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_revision_names_what_it_changes BEFORE INSERT ON bids_revision
    FOR EACH ROW EXECUTE FUNCTION bids_a_version_names_what_it_changes();
"""
A_VERSION_CHANGES_ANYTHING = """
DROP TRIGGER bids_revision_names_what_it_changes ON bids_revision;
DROP FUNCTION bids_a_version_names_what_it_changes();
"""

A_YES_TAKES_ITS_TURN = """
CREATE FUNCTION bids_a_yes_takes_its_turn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    yeses integer;
    proposed integer;
BEGIN
    PERFORM 1 FROM bids_bid WHERE id = NEW.bid_id FOR UPDATE;
    SELECT count(*) INTO yeses FROM bids_revisionstanding WHERE bid_id = NEW.bid_id AND state = 'accepted';
    SELECT change INTO proposed FROM bids_revision WHERE id = NEW.revision_id;
    IF proposed <> yeses THEN
        RAISE EXCEPTION 'the client has said yes % times: no yes to change % is due', yeses, proposed
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_decision_takes_its_turn BEFORE INSERT ON bids_decision
    FOR EACH ROW WHEN (NEW.kind = 'accept') EXECUTE FUNCTION bids_a_yes_takes_its_turn();

CREATE FUNCTION bids_a_standing_repeats_its_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.change IS DISTINCT FROM (SELECT change FROM bids_revision WHERE id = NEW.revision_id) THEN
        RAISE EXCEPTION 'a decision counts for the change its version proposes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_decisionstanding_repeats_its_change BEFORE INSERT OR UPDATE ON bids_decisionstanding
    FOR EACH ROW EXECUTE FUNCTION bids_a_standing_repeats_its_change();
"""
ANY_YES_AT_ANY_TIME = """
DROP TRIGGER bids_decisionstanding_repeats_its_change ON bids_decisionstanding;
DROP FUNCTION bids_a_standing_repeats_its_change();
DROP TRIGGER bids_decision_takes_its_turn ON bids_decision;
DROP FUNCTION bids_a_yes_takes_its_turn();
"""

WHAT_IS_CHANGED_IS_AGREED = """
CREATE FUNCTION bids_what_is_changed_is_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.changing <> (
        SELECT count(*) FROM bids_revisionstanding WHERE bid_id = NEW.id AND state = 'accepted'
    ) THEN
        RAISE EXCEPTION 'change % of offer % is not the next one', NEW.changing, NEW.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_bid_changes_what_is_agreed BEFORE INSERT OR UPDATE OF changing ON bids_bid
    FOR EACH ROW WHEN (NEW.changing <> 0) EXECUTE FUNCTION bids_what_is_changed_is_agreed();

CREATE FUNCTION bids_a_yes_ends_its_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM bids_revision AS version JOIN bids_bid AS offer ON offer.id = version.bid_id
        WHERE version.id = NEW.revision_id AND version.change > 0 AND offer.changing = version.change
    ) THEN
        RAISE EXCEPTION 'what was said yes to is still being changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER bids_revisionstanding_ends_its_change AFTER UPDATE ON bids_revisionstanding
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'accepted' AND OLD.state <> 'accepted')
    EXECUTE FUNCTION bids_a_yes_ends_its_change();
"""
ANYTHING_IS_CHANGED = """
DROP TRIGGER bids_revisionstanding_ends_its_change ON bids_revisionstanding;
DROP FUNCTION bids_a_yes_ends_its_change();
DROP TRIGGER bids_bid_changes_what_is_agreed ON bids_bid;
DROP FUNCTION bids_what_is_changed_is_agreed();
"""

WHAT_IS_BEING_CHANGED_STAYS_AGREED = """
CREATE FUNCTION bids_what_is_being_changed_stays_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM bids_bid WHERE id = NEW.bid_id AND changing > 0) THEN
        RAISE EXCEPTION 'a change of what was agreed is under way' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_revisionstanding_stays_while_changed BEFORE UPDATE ON bids_revisionstanding
    FOR EACH ROW WHEN (OLD.state = 'accepted' AND NEW.state <> 'accepted')
    EXECUTE FUNCTION bids_what_is_being_changed_stays_agreed();
"""
WHAT_IS_BEING_CHANGED_GOES_BACK = """
DROP TRIGGER bids_revisionstanding_stays_while_changed ON bids_revisionstanding;
DROP FUNCTION bids_what_is_being_changed_stays_agreed();
"""

WHO_IS_BOUND_BY_WHAT_WAS_AGREED = """
CREATE FUNCTION bids_is_bound_by_a_yes(the_part bigint, the_firm bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM bids_revisionpart AS named
        JOIN bids_revisionstanding AS stands ON stands.revision_id = named.revision_id
        WHERE named.part_id = the_part AND named.firm_id = the_firm AND stands.state = 'accepted'
    )
$$;
CREATE FUNCTION bids_only_what_was_agreed_binds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT bids_is_bound_by_a_yes(NEW.part_id, NEW.firm_id) OR NOT EXISTS (
        SELECT FROM bids_part AS part JOIN bids_bid AS offer ON offer.id = part.bid_id
        WHERE part.id = NEW.part_id AND offer.changing > 0
    ) THEN
        RAISE EXCEPTION 'no yes of the client binds part %', NEW.part_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_approval_is_of_what_was_agreed BEFORE INSERT ON bids_approval
    FOR EACH ROW WHEN (NEW.method = 'agreed') EXECUTE FUNCTION bids_only_what_was_agreed_binds();

CREATE FUNCTION bids_who_is_bound_can_be_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT bids_is_bound_by_a_yes(NEW.id, NEW.firm_id) OR NOT EXISTS (
        SELECT FROM bids_bid WHERE id = NEW.bid_id AND changing = NEW.gone_in
    ) THEN
        RAISE EXCEPTION 'part % is bound by nothing that is being changed', NEW.key
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_part_that_is_gone_was_bound BEFORE UPDATE ON bids_part
    FOR EACH ROW WHEN (
        NEW.gone_on IS NOT NULL
        AND (NEW.gone_on, NEW.gone_in, NEW.firm_id) IS DISTINCT FROM (OLD.gone_on, OLD.gone_in, OLD.firm_id)
    ) EXECUTE FUNCTION bids_who_is_bound_can_be_gone();
CREATE TRIGGER bids_part_begins_not_gone BEFORE INSERT ON bids_part
    FOR EACH ROW WHEN (NEW.gone_on IS NOT NULL) EXECUTE FUNCTION kernel_refuse_change();
"""
NOBODY_IS = """
DROP TRIGGER bids_part_begins_not_gone ON bids_part;
DROP TRIGGER bids_part_that_is_gone_was_bound ON bids_part;
DROP FUNCTION bids_who_is_bound_can_be_gone();
DROP TRIGGER bids_approval_is_of_what_was_agreed ON bids_approval;
DROP FUNCTION bids_only_what_was_agreed_binds();
DROP FUNCTION bids_is_bound_by_a_yes(bigint, bigint);
"""

AN_OK_OR_NOBODY_TO_GIVE_IT = """
CREATE OR REPLACE FUNCTION bids_has_ok(
    the_part bigint, the_firm bigint, the_kind text, the_hash bytea, at timestamptz
) RETURNS boolean LANGUAGE sql STABLE AS $$
    -- A firm that is gone gives no OK; what it has done it sells as was agreed.
    SELECT EXISTS (
        SELECT FROM bids_part WHERE id = the_part AND firm_id = the_firm AND gone_on IS NOT NULL
    ) OR EXISTS (
        SELECT FROM (
            SELECT id, method FROM bids_approval
            WHERE part_id = the_part AND firm_id = the_firm AND kind = the_kind AND carried_from_id IS NULL
            ORDER BY given_at DESC, id DESC LIMIT 1
        ) AS given
        JOIN bids_approval AS ok ON ok.part_id = the_part AND (ok.id = given.id OR ok.carried_from_id = given.id)
        WHERE ok.firm_id = the_firm AND ok.kind = the_kind AND ok.hash = the_hash
          AND (ok.good_until IS NULL OR ok.good_until >= (at AT TIME ZONE 'Europe/Helsinki')::date)
          AND NOT EXISTS (
              SELECT FROM bids_approvalrevocation AS back WHERE back.approval_id IN (ok.id, given.id)
          )
          AND (
              -- What was agreed binds the firm, whoever works there now.
              given.method = 'agreed'
              OR EXISTS (
                  SELECT FROM members_membership AS place
                  WHERE place.person_id = ok.person_id AND place.firm_id = the_firm
                    AND (place.role = 'owner' OR place.role = 'editor' AND place.may_approve)
              )
              OR EXISTS (
                  SELECT FROM bids_invitation AS asked
                  WHERE asked.id = ok.invitation_id AND asked.part_id = the_part AND asked.withdrawn_at IS NULL
              )
          )
    )
$$;
"""
AN_OK = """
CREATE OR REPLACE FUNCTION bids_has_ok(
    the_part bigint, the_firm bigint, the_kind text, the_hash bytea, at timestamptz
) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM (
            SELECT id FROM bids_approval
            WHERE part_id = the_part AND firm_id = the_firm AND kind = the_kind AND carried_from_id IS NULL
            ORDER BY given_at DESC, id DESC LIMIT 1
        ) AS given
        JOIN bids_approval AS ok ON ok.part_id = the_part AND (ok.id = given.id OR ok.carried_from_id = given.id)
        WHERE ok.firm_id = the_firm AND ok.kind = the_kind AND ok.hash = the_hash
          AND (ok.good_until IS NULL OR ok.good_until >= (at AT TIME ZONE 'Europe/Helsinki')::date)
          AND NOT EXISTS (
              SELECT FROM bids_approvalrevocation AS back WHERE back.approval_id IN (ok.id, given.id)
          )
          AND (
              EXISTS (
                  SELECT FROM members_membership AS place
                  WHERE place.person_id = ok.person_id AND place.firm_id = the_firm
                    AND (place.role = 'owner' OR place.role = 'editor' AND place.may_approve)
              )
              OR EXISTS (
                  SELECT FROM bids_invitation AS asked
                  WHERE asked.id = ok.invitation_id AND asked.part_id = the_part AND asked.withdrawn_at IS NULL
              )
          )
    )
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("bids", "0020_a_change_of_what_was_agreed")]

    operations = [
        migrations.RunSQL(ONLY_CHANGES_FOLLOW_A_YES, NOTHING_FOLLOWS_A_YES),
        migrations.RunSQL(A_VERSION_NAMES_WHAT_IT_CHANGES, A_VERSION_CHANGES_ANYTHING),
        migrations.RunSQL(A_YES_TAKES_ITS_TURN, ANY_YES_AT_ANY_TIME),
        migrations.RunSQL(WHAT_IS_CHANGED_IS_AGREED, ANYTHING_IS_CHANGED),
        migrations.RunSQL(WHAT_IS_BEING_CHANGED_STAYS_AGREED, WHAT_IS_BEING_CHANGED_GOES_BACK),
        migrations.RunSQL(WHO_IS_BOUND_BY_WHAT_WAS_AGREED, NOBODY_IS),
        migrations.RunSQL(AN_OK_OR_NOBODY_TO_GIVE_IT, AN_OK),
    ]
