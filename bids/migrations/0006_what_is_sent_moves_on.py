"""Hold by the database how a version moves on, which offer it is of, and that nothing goes out without its OKs."""

from django.db import migrations

from kernel.migrations_sql import grant_app_role

ALL_OF_ONE_OFFER = """
ALTER TABLE bids_revision ADD CONSTRAINT a_version_and_its_offer UNIQUE (id, bid_id);
ALTER TABLE bids_revisionstanding
    ADD CONSTRAINT a_standing_is_of_the_offer_of_its_version FOREIGN KEY (revision_id, bid_id)
        REFERENCES bids_revision (id, bid_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE bids_document
    ADD CONSTRAINT a_document_is_of_the_offer_of_its_version FOREIGN KEY (revision_id, bid_id)
        REFERENCES bids_revision (id, bid_id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT a_versions_document_has_an_offer CHECK (revision_id IS NULL OR bid_id IS NOT NULL);
ALTER TABLE bids_letter
    ADD CONSTRAINT a_letter_is_of_the_offer_of_its_version FOREIGN KEY (revision_id, bid_id)
        REFERENCES bids_revision (id, bid_id) DEFERRABLE INITIALLY DEFERRED;
"""
OF_ANY_OFFER = """
ALTER TABLE bids_letter DROP CONSTRAINT a_letter_is_of_the_offer_of_its_version;
ALTER TABLE bids_document
    DROP CONSTRAINT a_document_is_of_the_offer_of_its_version,
    DROP CONSTRAINT a_versions_document_has_an_offer;
ALTER TABLE bids_revisionstanding DROP CONSTRAINT a_standing_is_of_the_offer_of_its_version;
ALTER TABLE bids_revision DROP CONSTRAINT a_version_and_its_offer;
"""

A_VERSION_NAMES_PARTS_OF_ITS_OFFER = """
CREATE FUNCTION bids_a_version_names_parts_of_its_offer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM bids_revision AS version JOIN bids_part AS part ON part.bid_id = version.bid_id
        WHERE version.id = NEW.revision_id AND part.id = NEW.part_id AND part.firm_id = NEW.firm_id
    ) THEN
        RAISE EXCEPTION 'part % is not this firm''s in the offer of the version', NEW.part_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM bids_revisionstanding WHERE revision_id = NEW.revision_id) THEN
        RAISE EXCEPTION 'the version is frozen: it names no further part' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_revisionpart_is_of_its_offer BEFORE INSERT ON bids_revisionpart
    FOR EACH ROW EXECUTE FUNCTION bids_a_version_names_parts_of_its_offer();
"""
A_VERSION_NAMES_ANY_PART = """
DROP TRIGGER bids_revisionpart_is_of_its_offer ON bids_revisionpart;
DROP FUNCTION bids_a_version_names_parts_of_its_offer();
"""

A_VERSION_STANDS_SOMEWHERE = """
CREATE FUNCTION bids_a_version_stands_somewhere() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM bids_revisionstanding WHERE revision_id = NEW.id) THEN
        RAISE EXCEPTION 'version % has no standing', NEW.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER bids_revision_stands_somewhere AFTER INSERT ON bids_revision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bids_a_version_stands_somewhere();
"""
A_VERSION_STANDS_NOWHERE = """
DROP TRIGGER bids_revision_stands_somewhere ON bids_revision;
DROP FUNCTION bids_a_version_stands_somewhere();
"""

A_VERSION_MOVES_ON = """
CREATE FUNCTION bids_a_version_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version bids_revision;
    missing text;
BEGIN
    SELECT * INTO version FROM bids_revision WHERE id = NEW.revision_id;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'frozen' OR NEW.sent_at IS NOT NULL OR NEW.expires_at <> version.expires_at THEN
            RAISE EXCEPTION 'version % begins frozen, with its own end', version.number
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.revision_id, NEW.bid_id, NEW.expires_at)
       IS DISTINCT FROM (OLD.id, OLD.revision_id, OLD.bid_id, OLD.expires_at)
       OR NEW.changed_at < OLD.changed_at THEN
        RAISE EXCEPTION 'version % keeps its offer, its end and the order of its days', version.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = OLD.state THEN
        IF (NEW.sent_at, NEW.sent_how) IS DISTINCT FROM (OLD.sent_at, OLD.sent_how) THEN
            RAISE EXCEPTION 'version % keeps how and when it was sent', version.number
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state || '>' || NEW.state NOT IN (
        'frozen>sent', 'frozen>abandoned',
        'sent>accepted', 'sent>declined', 'sent>expired', 'sent>withdrawn', 'sent>superseded',
        'expired>accepted', 'expired>superseded', 'declined>superseded', 'withdrawn>superseded'
    ) THEN
        RAISE EXCEPTION 'version % is %: it does not become %', version.number, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'expired' AND NEW.changed_at < OLD.expires_at THEN
        RAISE EXCEPTION 'version % is still valid', version.number USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> 'sent' THEN
        IF (NEW.sent_at, NEW.sent_how) IS DISTINCT FROM (OLD.sent_at, OLD.sent_how) THEN
            RAISE EXCEPTION 'version % keeps how and when it was sent', version.number
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.sent_at IS NULL OR NEW.sent_how = '' OR NEW.sent_at >= NEW.expires_at THEN
        RAISE EXCEPTION 'version % is sent at a moment, in some way, while it is valid', version.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM bids_document WHERE revision_id = NEW.revision_id AND state <> 'done')
       OR NOT EXISTS (SELECT FROM bids_document WHERE revision_id = NEW.revision_id AND kind = 'offer_pdf') THEN
        RAISE EXCEPTION 'version % lacks a document', version.number USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT part.key INTO missing
    FROM bids_revisionpart AS named JOIN bids_part AS part ON part.id = named.part_id
    WHERE named.revision_id = NEW.revision_id AND (version.binding OR part.role = 'lead')
      AND NOT (bids_has_ok(part.id, named.firm_id, 'part', named.part_hash, NEW.changed_at)
               AND bids_has_ok(part.id, named.firm_id, 'frame', named.frame_hash, NEW.changed_at))
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'version % no longer has the OK of %', version.number, missing
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_revisionstanding_moves_on BEFORE INSERT OR UPDATE ON bids_revisionstanding
    FOR EACH ROW EXECUTE FUNCTION bids_a_version_moves_on();
CREATE TRIGGER bids_revisionstanding_is_kept BEFORE DELETE ON bids_revisionstanding
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
"""
A_VERSION_MOVES_ANYWHERE = """
DROP TRIGGER bids_revisionstanding_is_kept ON bids_revisionstanding;
DROP TRIGGER bids_revisionstanding_moves_on ON bids_revisionstanding;
DROP FUNCTION bids_a_version_moves_on();
"""


class Migration(migrations.Migration):
    dependencies = [("bids", "0005_asking_answering_sending"), ("kernel", "0001_initial")]

    operations = [
        migrations.RunSQL(ALL_OF_ONE_OFFER, OF_ANY_OFFER),
        migrations.RunSQL(A_VERSION_NAMES_PARTS_OF_ITS_OFFER, A_VERSION_NAMES_ANY_PART),
        migrations.RunSQL(A_VERSION_STANDS_SOMEWHERE, A_VERSION_STANDS_NOWHERE),
        migrations.RunSQL(A_VERSION_MOVES_ON, A_VERSION_MOVES_ANYWHERE),
        grant_app_role(),
    ]
