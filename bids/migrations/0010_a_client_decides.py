"""The client decides: tables, and what the database itself holds of a yes, a no and what proves them."""

import django.db.models.deletion
import kernel.fields
import uuid
from django.conf import settings
from django.db import migrations, models

from kernel.migrations_sql import append_only, grant_app_role, unchangeable

ABOUT_THE_BYTES_OF_A_VERSION = """
ALTER TABLE bids_revision ADD CONSTRAINT a_version_its_offer_and_its_content UNIQUE (id, bid_id, content_hash);
ALTER TABLE bids_decision
    ADD CONSTRAINT a_decision_is_about_the_content_of_a_version FOREIGN KEY (revision_id, bid_id, revision_hash)
        REFERENCES bids_revision (id, bid_id, content_hash) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT a_decision_and_what_it_says UNIQUE (id, bid_id, revision_id, kind);
ALTER TABLE bids_decisionstanding
    ADD CONSTRAINT a_standing_repeats_its_decision FOREIGN KEY (decision_id, bid_id, revision_id, kind)
        REFERENCES bids_decision (id, bid_id, revision_id, kind) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE bids_counteroffer
    ADD CONSTRAINT a_counter_offer_is_about_the_content_of_a_version FOREIGN KEY (revision_id, bid_id, revision_hash)
        REFERENCES bids_revision (id, bid_id, content_hash) DEFERRABLE INITIALLY DEFERRED;
"""
ABOUT_ANYTHING = """
ALTER TABLE bids_counteroffer DROP CONSTRAINT a_counter_offer_is_about_the_content_of_a_version;
ALTER TABLE bids_decisionstanding DROP CONSTRAINT a_standing_repeats_its_decision;
ALTER TABLE bids_decision
    DROP CONSTRAINT a_decision_and_what_it_says,
    DROP CONSTRAINT a_decision_is_about_the_content_of_a_version;
ALTER TABLE bids_revision DROP CONSTRAINT a_version_its_offer_and_its_content;
"""

WHO_MAY_DECIDE_DECIDES_IN_TIME = """
CREATE FUNCTION bids_may_decide(the_link bigint, the_version bigint, at timestamptz) RETURNS boolean
    LANGUAGE sql VOLATILE AS $$
    -- Seven bytes of domain prefix stand before the JSON of a version.
    SELECT EXISTS (
        SELECT FROM bids_clientlink AS link
        JOIN bids_revision AS version ON version.id = the_version AND version.bid_id = link.bid_id
        CROSS JOIN LATERAL jsonb_array_elements(
            convert_from(substring(version.payload FROM 8), 'UTF8')::jsonb #> '{offer,client,contacts}'
        ) AS contact
        WHERE link.id = the_link AND link.scope = 'accept' AND link.way = 'mailed' AND link.revoked_at IS NULL
          AND link.made_at <= at AND at < link.expires_at AND link.contact_email <> ''
          AND contact ->> 'role' = 'accepts' AND lower(contact ->> 'email') = lower(link.contact_email)
    )
$$;
CREATE FUNCTION bids_may_record(the_person bigint, the_firm bigint, the_bid bigint) RETURNS boolean
    LANGUAGE sql VOLATILE AS $$
    SELECT EXISTS (
        SELECT FROM bids_bid AS offer JOIN members_membership AS place ON place.firm_id = offer.lead_id
        WHERE offer.id = the_bid AND offer.lead_id = the_firm AND place.person_id = the_person
          AND (place.role = 'owner' OR place.role = 'editor' AND place.may_approve)
    )
$$;
CREATE FUNCTION bids_a_decision_may_be_made() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version bids_revision;
    standing bids_revisionstanding;
BEGIN
    PERFORM 1 FROM bids_bid WHERE id = NEW.bid_id FOR UPDATE;
    SELECT * INTO version FROM bids_revision WHERE id = NEW.revision_id;
    SELECT * INTO standing FROM bids_revisionstanding WHERE revision_id = NEW.revision_id FOR UPDATE;
    IF standing.id IS NULL OR NOT (
        standing.state = 'sent' OR standing.state = 'expired' AND NEW.method = 'recorded'
    ) THEN
        RAISE EXCEPTION 'version % is %: nobody decides about it', version.number, standing.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decided_at < standing.sent_at OR NEW.decided_at >= standing.expires_at THEN
        RAISE EXCEPTION 'version % was not valid when it was decided about', version.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT FROM bids_revision AS later JOIN bids_revisionstanding AS stands ON stands.revision_id = later.id
        WHERE later.bid_id = NEW.bid_id AND later.number > version.number AND stands.sent_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'version % is not the last one the client got', version.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.kind = 'accept' AND NOT version.binding THEN
        RAISE EXCEPTION 'version % does not bind: there is nothing to accept', version.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.method = 'recorded' THEN
        IF NOT bids_may_record(NEW.recorded_by_id, NEW.recorded_for_id, NEW.bid_id) THEN
            RAISE EXCEPTION 'who recorded it does not act for the lead' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    PERFORM 1 FROM bids_clientlink WHERE id = NEW.link_id FOR SHARE;
    IF NOT bids_may_decide(NEW.link_id, NEW.revision_id, NEW.decided_at) THEN
        RAISE EXCEPTION 'link % may not decide about version %', NEW.link_id, version.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_decision_may_be_made BEFORE INSERT ON bids_decision
    FOR EACH ROW EXECUTE FUNCTION bids_a_decision_may_be_made();
"""
ANYBODY_DECIDES_AT_ANY_TIME = """
DROP TRIGGER bids_decision_may_be_made ON bids_decision;
DROP FUNCTION bids_a_decision_may_be_made();
DROP FUNCTION bids_may_record(bigint, bigint, bigint);
DROP FUNCTION bids_may_decide(bigint, bigint, timestamptz);
"""

EVIDENCE_IS_OF_ITS_DECISION = """
CREATE FUNCTION bids_evidence_is_of_its_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision bids_decision;
    said jsonb;
BEGIN
    SELECT * INTO decision FROM bids_decision WHERE id = NEW.decision_id;
    IF NEW.content_hash <> sha256(NEW.content)
       OR substring(NEW.content FROM 1 FOR 12) <> decode('65766964656e63652e763100', 'hex') THEN
        RAISE EXCEPTION 'the evidence does not have the hash of its content' USING ERRCODE = 'restrict_violation';
    END IF;
    said := convert_from(substring(NEW.content FROM 13), 'UTF8')::jsonb;
    IF (said ->> 'decision', said ->> 'kind', said ->> 'method', said #>> '{version,hash}')
       IS DISTINCT FROM
       (decision.public_id::text, decision.kind::text, decision.method::text, encode(decision.revision_hash, 'hex'))
       OR nullif(said -> 'chosen', 'null'::jsonb) IS DISTINCT FROM decision.chosen
       OR (said #>> '{sums,net}')::numeric IS DISTINCT FROM decision.net
       OR (said #>> '{sums,gross}')::numeric IS DISTINCT FROM decision.gross THEN
        RAISE EXCEPTION 'the evidence is not of its decision' USING ERRCODE = 'restrict_violation';
    END IF;
    IF decision.method = 'recorded' AND (said -> 'proof' <> 'null'::jsonb OR said -> 'typed_name' <> 'null'::jsonb) THEN
        RAISE EXCEPTION 'what was recorded proves nothing that was clicked' USING ERRCODE = 'restrict_violation';
    END IF;
    IF decision.method = 'clicked' AND said #>> '{proof,how}' IS NULL THEN
        RAISE EXCEPTION 'the evidence does not say what proved it' USING ERRCODE = 'restrict_violation';
    END IF;
    IF decision.method = 'clicked' AND decision.kind = 'accept'
       AND coalesce(said ->> 'typed_name', '') !~ '^[0-9a-f]{64}$' THEN
        RAISE EXCEPTION 'the evidence does not hold to a name' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_evidence_is_of_its_decision BEFORE INSERT ON bids_evidence
    FOR EACH ROW EXECUTE FUNCTION bids_evidence_is_of_its_decision();
"""
EVIDENCE_IS_OF_ANYTHING = """
DROP TRIGGER bids_evidence_is_of_its_decision ON bids_evidence;
DROP FUNCTION bids_evidence_is_of_its_decision();
"""

A_DECISION_IS_WHOLE = """
CREATE FUNCTION bids_a_decision_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM bids_evidence WHERE decision_id = NEW.id) THEN
        RAISE EXCEPTION 'decision % has no evidence', NEW.public_id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM bids_decisionstanding WHERE decision_id = NEW.id) THEN
        RAISE EXCEPTION 'decision % has no standing', NEW.public_id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.method = 'clicked' AND NEW.kind = 'accept' AND NOT EXISTS (
        SELECT FROM bids_evidenceidentity AS typed JOIN bids_evidence AS proof ON proof.id = typed.evidence_id
        WHERE proof.decision_id = NEW.id AND typed.name = 'name' AND typed.value <> ''
    ) THEN
        RAISE EXCEPTION 'decision % bears no name', NEW.public_id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM bids_revisionstanding
        WHERE revision_id = NEW.revision_id
          AND state = CASE NEW.kind WHEN 'accept' THEN 'accepted' ELSE 'declined' END
    ) THEN
        RAISE EXCEPTION 'the version does not stand as decision % says', NEW.public_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER bids_decision_is_whole AFTER INSERT ON bids_decision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bids_a_decision_is_whole();

CREATE FUNCTION bids_a_version_stands_as_was_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM bids_decisionstanding
        WHERE revision_id = NEW.revision_id AND state = 'standing'
          AND kind = CASE NEW.state WHEN 'accepted' THEN 'accept' ELSE 'decline' END
    ) THEN
        RAISE EXCEPTION 'nobody has decided that the version is %', NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER bids_revisionstanding_was_decided AFTER UPDATE ON bids_revisionstanding
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.state IN ('accepted', 'declined') AND NEW.state <> OLD.state)
    EXECUTE FUNCTION bids_a_version_stands_as_was_decided();
"""
A_DECISION_IS_WHAT_IT_IS = """
DROP TRIGGER bids_revisionstanding_was_decided ON bids_revisionstanding;
DROP FUNCTION bids_a_version_stands_as_was_decided();
DROP TRIGGER bids_decision_is_whole ON bids_decision;
DROP FUNCTION bids_a_decision_is_whole();
"""

A_DECISION_STANDS = """
CREATE FUNCTION bids_a_decision_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision bids_decision;
BEGIN
    SELECT * INTO decision FROM bids_decision WHERE id = NEW.decision_id;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'standing' OR NEW.objected_at IS NOT NULL THEN
            RAISE EXCEPTION 'a decision begins standing' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.decision_id, NEW.bid_id, NEW.revision_id, NEW.kind)
       IS DISTINCT FROM (OLD.id, OLD.decision_id, OLD.bid_id, OLD.revision_id, OLD.kind)
       OR NEW.changed_at < OLD.changed_at THEN
        RAISE EXCEPTION 'a decision keeps what it is about' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.objected_at IS NOT NULL AND (NEW.objected_at, NEW.objected_by_id, NEW.objection)
       IS DISTINCT FROM (OLD.objected_at, OLD.objected_by_id, OLD.objection) THEN
        RAISE EXCEPTION 'an objection stays as it was made' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.objected_at IS NOT NULL OR NEW.state <> OLD.state) AND decision.method <> 'recorded' THEN
        RAISE EXCEPTION 'what the client clicked is not undone' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND OLD.state <> 'standing' THEN
        RAISE EXCEPTION 'what was annulled stays so' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_decisionstanding_stands BEFORE INSERT OR UPDATE ON bids_decisionstanding
    FOR EACH ROW EXECUTE FUNCTION bids_a_decision_stands();
CREATE TRIGGER bids_decisionstanding_is_kept BEFORE DELETE ON bids_decisionstanding
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();

CREATE FUNCTION bids_what_is_annulled_is_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM bids_revisionstanding WHERE revision_id = NEW.revision_id AND state IN ('accepted', 'declined')
    ) THEN
        RAISE EXCEPTION 'the version still stands for what is annulled' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER bids_decisionstanding_annulled_is_over AFTER UPDATE ON bids_decisionstanding
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'annulled' AND OLD.state <> 'annulled')
    EXECUTE FUNCTION bids_what_is_annulled_is_over();
"""
A_DECISION_STANDS_AS_ONE_LIKES = """
DROP TRIGGER bids_decisionstanding_annulled_is_over ON bids_decisionstanding;
DROP FUNCTION bids_what_is_annulled_is_over();
DROP TRIGGER bids_decisionstanding_is_kept ON bids_decisionstanding;
DROP TRIGGER bids_decisionstanding_stands ON bids_decisionstanding;
DROP FUNCTION bids_a_decision_stands();
"""

NOTHING_FOLLOWS_A_YES = """
CREATE FUNCTION bids_nothing_follows_a_yes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM bids_bid WHERE id = NEW.bid_id FOR UPDATE;
    IF EXISTS (SELECT FROM bids_revisionstanding WHERE bid_id = NEW.bid_id AND state = 'accepted') THEN
        RAISE EXCEPTION 'the client has said yes: no other version follows' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_revisionstanding_no_version_after_a_yes BEFORE INSERT ON bids_revisionstanding
    FOR EACH ROW EXECUTE FUNCTION bids_nothing_follows_a_yes();
CREATE TRIGGER bids_revisionstanding_nothing_sent_after_a_yes BEFORE UPDATE ON bids_revisionstanding
    FOR EACH ROW WHEN (NEW.state = 'sent' AND OLD.state <> 'sent') EXECUTE FUNCTION bids_nothing_follows_a_yes();
"""
ANYTHING_FOLLOWS_A_YES = """
DROP TRIGGER bids_revisionstanding_nothing_sent_after_a_yes ON bids_revisionstanding;
DROP TRIGGER bids_revisionstanding_no_version_after_a_yes ON bids_revisionstanding;
DROP FUNCTION bids_nothing_follows_a_yes();
"""

A_LINK_KEEPS_WHAT_IT_ALLOWS = """
CREATE FUNCTION bids_a_link_keeps_what_it_allows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.bid_id, NEW.scope, NEW.way, NEW.made_at) IS DISTINCT FROM (OLD.bid_id, OLD.scope, OLD.way, OLD.made_at)
       OR NEW.contact_email NOT IN (OLD.contact_email, '') THEN
        RAISE EXCEPTION 'link % keeps what it allows, and whom', OLD.public_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_clientlink_keeps_what_it_allows BEFORE UPDATE ON bids_clientlink
    FOR EACH ROW EXECUTE FUNCTION bids_a_link_keeps_what_it_allows();
"""
A_LINK_COMES_TO_ALLOW_MORE = """
DROP TRIGGER bids_clientlink_keeps_what_it_allows ON bids_clientlink;
DROP FUNCTION bids_a_link_keeps_what_it_allows();
"""

A_COUNTER_OFFER_MAY_BE_MADE = """
CREATE FUNCTION bids_a_counter_offer_may_be_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM bids_revisionstanding
        WHERE revision_id = NEW.revision_id AND sent_at IS NOT NULL AND sent_at <= NEW.arrived_at
          AND NEW.is_late = (NEW.arrived_at >= expires_at)
    ) THEN
        RAISE EXCEPTION 'a counter-offer answers a version that was sent' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.link_id IS NULL THEN
        IF NOT bids_may_record(NEW.recorded_by_id, NEW.recorded_for_id, NEW.bid_id) THEN
            RAISE EXCEPTION 'who recorded it does not act for the lead' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF NOT bids_may_decide(NEW.link_id, NEW.revision_id, NEW.arrived_at) THEN
        RAISE EXCEPTION 'link % makes no counter-offer', NEW.link_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_counteroffer_may_be_made BEFORE INSERT ON bids_counteroffer
    FOR EACH ROW EXECUTE FUNCTION bids_a_counter_offer_may_be_made();
"""
ANY_COUNTER_OFFER = """
DROP TRIGGER bids_counteroffer_may_be_made ON bids_counteroffer;
DROP FUNCTION bids_a_counter_offer_may_be_made();
"""

A_NO_IN_TIME_IS_WRITTEN_DOWN_LATER = """
CREATE OR REPLACE FUNCTION bids_a_version_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
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
        'expired>accepted', 'expired>declined', 'expired>superseded', 'declined>superseded', 'withdrawn>superseded'
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
"""
ONLY_A_YES_IS = """
CREATE OR REPLACE FUNCTION bids_a_version_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""

ONLY_ADDED_TO = ("bids_decision", "bids_evidence", "bids_counteroffer")


class Migration(migrations.Migration):

    dependencies = [
        ('bids', '0009_the_last_ok_counts'),
        ('members', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CounterOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('revision_hash', models.BinaryField(max_length=32)),
                ('nonce', models.UUIDField(unique=True)),
                ('arrived_at', models.DateTimeField()),
                ('written_at', models.DateTimeField()),
                ('is_late', models.BooleanField(default=False)),
                ('words', kernel.fields.CleanTextField(blank=True)),
                ('chosen', models.JSONField(blank=True, null=True)),
                ('way', models.CharField(blank=True, choices=[('reply_mail', 'reply_mail'), ('slip', 'slip'), ('order', 'order'), ('minutes', 'minutes'), ('phone', 'phone')], max_length=10)),
            ],
            options={
                'ordering': ['written_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('revision_hash', models.BinaryField(max_length=32)),
                ('kind', models.CharField(choices=[('accept', 'accept'), ('decline', 'decline')], max_length=7)),
                ('method', models.CharField(choices=[('clicked', 'clicked'), ('recorded', 'recorded')], max_length=8)),
                ('decided_at', models.DateTimeField()),
                ('written_at', models.DateTimeField()),
                ('nonce', models.UUIDField(unique=True)),
                ('chosen', models.JSONField(blank=True, null=True)),
                ('net', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ('gross', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ('reason', kernel.fields.CleanTextField(blank=True)),
                ('way', models.CharField(blank=True, choices=[('reply_mail', 'reply_mail'), ('slip', 'slip'), ('order', 'order'), ('minutes', 'minutes'), ('phone', 'phone')], max_length=10)),
            ],
            options={
                'ordering': ['written_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DecisionStanding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('accept', 'accept'), ('decline', 'decline')], max_length=7)),
                ('state', models.CharField(choices=[('standing', 'standing'), ('annulled', 'annulled')], default='standing', max_length=8)),
                ('changed_at', models.DateTimeField()),
                ('reason', kernel.fields.CleanTextField(blank=True)),
                ('objected_at', models.DateTimeField(blank=True, null=True)),
                ('objection', kernel.fields.CleanTextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.BinaryField()),
                ('content_hash', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='EvidenceIdentity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20)),
                ('value', models.TextField()),
                ('salt', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='letter',
            name='a_letter_is_of_a_known_kind',
        ),
        migrations.AlterField(
            model_name='letter',
            name='kind',
            field=models.CharField(choices=[('asked', 'asked'), ('reminder', 'reminder'), ('link_renewed', 'link_renewed'), ('code', 'code'), ('price_told', 'price_told'), ('asked_again', 'asked_again'), ('carried_over', 'carried_over'), ('changes_told', 'changes_told'), ('ok_given', 'ok_given'), ('answered', 'answered'), ('suggested', 'suggested'), ('left_out', 'left_out'), ('offer_to_client', 'offer_to_client'), ('offer_sent', 'offer_sent'), ('offer_not_sent', 'offer_not_sent'), ('offer_withdrawn', 'offer_withdrawn'), ('offer_closed', 'offer_closed'), ('validity_extended', 'validity_extended'), ('group_asked', 'group_asked'), ('decision_code', 'decision_code'), ('decision_receipt', 'decision_receipt'), ('decision_recorded', 'decision_recorded'), ('decision_objected', 'decision_objected'), ('offer_accepted', 'offer_accepted'), ('offer_declined', 'offer_declined'), ('counter_offer', 'counter_offer')], max_length=20),
        ),
        migrations.AlterField(
            model_name='onetimecode',
            name='purpose',
            field=models.CharField(max_length=80),
        ),
        migrations.AddConstraint(
            model_name='clientlink',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('scope', 'accept'), _negated=True), models.Q(('way', 'mailed'), models.Q(models.Q(('contact_email', ''), _negated=True), ('revoked_at__isnull', False), _connector='OR')), _connector='OR'), name='a_link_that_decides_was_mailed'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['asked', 'reminder', 'link_renewed', 'code', 'price_told', 'asked_again', 'carried_over', 'changes_told', 'ok_given', 'answered', 'suggested', 'left_out', 'offer_to_client', 'offer_sent', 'offer_not_sent', 'offer_withdrawn', 'offer_closed', 'validity_extended', 'group_asked', 'decision_code', 'decision_receipt', 'decision_recorded', 'decision_objected', 'offer_accepted', 'offer_declined', 'counter_offer'])), name='a_letter_is_of_a_known_kind'),
        ),
        migrations.AddField(
            model_name='counteroffer',
            name='bid',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counter_offers', to='bids.bid'),
        ),
        migrations.AddField(
            model_name='counteroffer',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bids.asset'),
        ),
        migrations.AddField(
            model_name='counteroffer',
            name='link',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bids.clientlink'),
        ),
        migrations.AddField(
            model_name='counteroffer',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='counteroffer',
            name='recorded_for',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.firm'),
        ),
        migrations.AddField(
            model_name='counteroffer',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counter_offers', to='bids.revision'),
        ),
        migrations.AddField(
            model_name='decision',
            name='bid',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='bids.bid'),
        ),
        migrations.AddField(
            model_name='decision',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bids.asset'),
        ),
        migrations.AddField(
            model_name='decision',
            name='link',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='bids.clientlink'),
        ),
        migrations.AddField(
            model_name='decision',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='decision',
            name='recorded_for',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.firm'),
        ),
        migrations.AddField(
            model_name='decision',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='bids.revision'),
        ),
        migrations.AddField(
            model_name='decisionstanding',
            name='bid',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bids.bid'),
        ),
        migrations.AddField(
            model_name='decisionstanding',
            name='decision',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='standing', to='bids.decision'),
        ),
        migrations.AddField(
            model_name='decisionstanding',
            name='objected_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bids.clientlink'),
        ),
        migrations.AddField(
            model_name='decisionstanding',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bids.revision'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='decision',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='bids.decision'),
        ),
        migrations.AddField(
            model_name='evidenceidentity',
            name='evidence',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identities', to='bids.evidence'),
        ),
        migrations.AddConstraint(
            model_name='counteroffer',
            constraint=models.CheckConstraint(condition=models.Q(('is_late', True), models.Q(('words', ''), _negated=True), _connector='OR'), name='a_counter_offer_says_what_is_new'),
        ),
        migrations.AddConstraint(
            model_name='counteroffer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('link__isnull', False), ('recorded_by__isnull', True), ('recorded_for__isnull', True), ('way', '')), models.Q(('link__isnull', True), ('recorded_by__isnull', False), ('recorded_for__isnull', False), ('way__in', ['reply_mail', 'slip', 'order', 'minutes', 'phone'])), _connector='OR'), name='a_counter_offer_is_somebodys'),
        ),
        migrations.AddConstraint(
            model_name='counteroffer',
            constraint=models.CheckConstraint(condition=models.Q(('arrived_at__lte', models.F('written_at'))), name='a_counter_offer_is_written_once_it_is_there'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['accept', 'decline'])), name='a_decision_is_yes_or_no'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('method__in', ['clicked', 'recorded'])), name='a_decision_came_in_a_known_way'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('chosen__isnull', False), ('gross__isnull', False), ('kind', 'accept'), ('net__isnull', False), ('reason', '')), models.Q(models.Q(('kind', 'accept'), _negated=True), ('chosen__isnull', True), ('gross__isnull', True), ('net__isnull', True)), _connector='OR'), name='a_yes_says_to_what_and_a_no_why'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('link__isnull', True), ('method', 'recorded'), ('recorded_by__isnull', False), ('recorded_for__isnull', False), ('way__in', ['reply_mail', 'slip', 'order', 'minutes', 'phone']), models.Q(models.Q(('kind', 'accept'), _negated=True), ('way', 'phone'), ('file__isnull', False), _connector='OR')), models.Q(models.Q(('method', 'recorded'), _negated=True), ('file__isnull', True), ('link__isnull', False), ('recorded_by__isnull', True), ('recorded_for__isnull', True), ('way', '')), _connector='OR'), name='a_recorded_decision_says_how_it_came'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('decided_at', models.F('written_at')), models.Q(('decided_at__lt', models.F('written_at')), ('method', 'recorded')), _connector='OR'), name='a_decision_is_written_when_it_is_clicked'),
        ),
        migrations.AddConstraint(
            model_name='decisionstanding',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['standing', 'annulled'])), name='a_decision_stands_or_is_annulled'),
        ),
        migrations.AddConstraint(
            model_name='decisionstanding',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'accept'), ('state', 'standing')), fields=('bid',), name='one_yes_stands_in_an_offer'),
        ),
        migrations.AddConstraint(
            model_name='decisionstanding',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'standing')), fields=('revision',), name='one_decision_stands_per_version'),
        ),
        migrations.AddConstraint(
            model_name='decisionstanding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('objected_at__isnull', True), ('objected_by__isnull', True), ('objection', '')), models.Q(('objected_at__isnull', False), ('objected_by__isnull', False)), _connector='OR'), name='an_objection_is_somebodys'),
        ),
        migrations.AddConstraint(
            model_name='evidenceidentity',
            constraint=models.UniqueConstraint(fields=('evidence', 'name'), name='one_identity_per_evidence_and_name'),
        ),
        migrations.RunSQL(ABOUT_THE_BYTES_OF_A_VERSION, ABOUT_ANYTHING),
        migrations.RunSQL(WHO_MAY_DECIDE_DECIDES_IN_TIME, ANYBODY_DECIDES_AT_ANY_TIME),
        migrations.RunSQL(EVIDENCE_IS_OF_ITS_DECISION, EVIDENCE_IS_OF_ANYTHING),
        migrations.RunSQL(A_DECISION_IS_WHOLE, A_DECISION_IS_WHAT_IT_IS),
        migrations.RunSQL(A_DECISION_STANDS, A_DECISION_STANDS_AS_ONE_LIKES),
        migrations.RunSQL(NOTHING_FOLLOWS_A_YES, ANYTHING_FOLLOWS_A_YES),
        migrations.RunSQL(A_LINK_KEEPS_WHAT_IT_ALLOWS, A_LINK_COMES_TO_ALLOW_MORE),
        migrations.RunSQL(A_COUNTER_OFFER_MAY_BE_MADE, ANY_COUNTER_OFFER),
        migrations.RunSQL(A_NO_IN_TIME_IS_WRITTEN_DOWN_LATER, ONLY_A_YES_IS),
        *[append_only(table) for table in ONLY_ADDED_TO],
        unchangeable("bids_evidenceidentity"),
        grant_app_role(),
    ]
