"""What the lead recorded wrongly is annulled, and its version goes back to where it was; what was clicked never is."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kernel.migrations_sql import grant_app_role

WHO_RECORDS_MAY_ANNUL = """
CREATE FUNCTION bids_a_decision_may_be_annulled() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision bids_decision;
    lead bigint;
BEGIN
    IF OLD.state = 'annulled' THEN
        IF (NEW.reason, NEW.annulled_by_id, NEW.changed_at, NEW.objected_at)
           IS DISTINCT FROM (OLD.reason, OLD.annulled_by_id, OLD.changed_at, OLD.objected_at) THEN
            RAISE EXCEPTION 'what was annulled stays so' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    PERFORM 1 FROM bids_bid WHERE id = NEW.bid_id FOR UPDATE;
    SELECT * INTO decision FROM bids_decision WHERE id = NEW.decision_id;
    SELECT lead_id INTO lead FROM bids_bid WHERE id = NEW.bid_id;
    IF decision.method <> 'recorded' THEN
        RAISE EXCEPTION 'what the client clicked is not undone' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT bids_may_record(NEW.annulled_by_id, lead, NEW.bid_id) THEN
        RAISE EXCEPTION 'who annuls it does not act for the lead' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_decisionstanding_may_be_annulled BEFORE UPDATE ON bids_decisionstanding
    FOR EACH ROW WHEN (NEW.state = 'annulled') EXECUTE FUNCTION bids_a_decision_may_be_annulled();
"""
ANYBODY_ANNULS = """
DROP TRIGGER bids_decisionstanding_may_be_annulled ON bids_decisionstanding;
DROP FUNCTION bids_a_decision_may_be_annulled();
"""

A_VERSION_GOES_BACK = """
CREATE FUNCTION bids_a_version_goes_back() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version bids_revision;
BEGIN
    PERFORM 1 FROM bids_bid WHERE id = NEW.bid_id FOR UPDATE;
    SELECT * INTO version FROM bids_revision WHERE id = NEW.revision_id;
    IF (NEW.id, NEW.revision_id, NEW.bid_id, NEW.expires_at, NEW.sent_at, NEW.sent_how)
       IS DISTINCT FROM (OLD.id, OLD.revision_id, OLD.bid_id, OLD.expires_at, OLD.sent_at, OLD.sent_how)
       OR NEW.changed_at < OLD.changed_at THEN
        RAISE EXCEPTION 'version % keeps its offer, its end, its sending and the order of its days', version.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.state = 'expired') <> (NEW.changed_at >= NEW.expires_at) THEN
        RAISE EXCEPTION 'version % goes back to what it would be by now', version.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM bids_decisionstanding WHERE revision_id = NEW.revision_id AND state = 'standing')
       OR NOT EXISTS (SELECT FROM bids_decisionstanding WHERE revision_id = NEW.revision_id AND state = 'annulled') THEN
        RAISE EXCEPTION 'version % goes back only when what was recorded about it is annulled', version.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT FROM bids_revision AS later JOIN bids_revisionstanding AS stands ON stands.revision_id = later.id
        WHERE later.bid_id = NEW.bid_id AND later.number > version.number AND stands.sent_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'version % is not the last one the client got', version.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER bids_revisionstanding_moves_on ON bids_revisionstanding;
CREATE TRIGGER bids_revisionstanding_begins BEFORE INSERT ON bids_revisionstanding
    FOR EACH ROW EXECUTE FUNCTION bids_a_version_moves_on();
CREATE TRIGGER bids_revisionstanding_moves_on BEFORE UPDATE ON bids_revisionstanding
    FOR EACH ROW WHEN (NOT (OLD.state IN ('accepted', 'declined') AND NEW.state IN ('sent', 'expired')))
    EXECUTE FUNCTION bids_a_version_moves_on();
CREATE TRIGGER bids_revisionstanding_goes_back BEFORE UPDATE ON bids_revisionstanding
    FOR EACH ROW WHEN (OLD.state IN ('accepted', 'declined') AND NEW.state IN ('sent', 'expired'))
    EXECUTE FUNCTION bids_a_version_goes_back();
DROP TRIGGER bids_revisionstanding_nothing_sent_after_a_yes ON bids_revisionstanding;
CREATE TRIGGER bids_revisionstanding_nothing_sent_after_a_yes BEFORE UPDATE ON bids_revisionstanding
    FOR EACH ROW WHEN (NEW.state = 'sent' AND OLD.state NOT IN ('sent', 'accepted', 'declined'))
    EXECUTE FUNCTION bids_nothing_follows_a_yes();
"""
A_VERSION_ONLY_MOVES_ON = """
DROP TRIGGER bids_revisionstanding_nothing_sent_after_a_yes ON bids_revisionstanding;
CREATE TRIGGER bids_revisionstanding_nothing_sent_after_a_yes BEFORE UPDATE ON bids_revisionstanding
    FOR EACH ROW WHEN (NEW.state = 'sent' AND OLD.state <> 'sent') EXECUTE FUNCTION bids_nothing_follows_a_yes();
DROP TRIGGER bids_revisionstanding_goes_back ON bids_revisionstanding;
DROP TRIGGER bids_revisionstanding_moves_on ON bids_revisionstanding;
DROP TRIGGER bids_revisionstanding_begins ON bids_revisionstanding;
CREATE TRIGGER bids_revisionstanding_moves_on BEFORE INSERT OR UPDATE ON bids_revisionstanding
    FOR EACH ROW EXECUTE FUNCTION bids_a_version_moves_on();
DROP FUNCTION bids_a_version_goes_back();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('bids', '0011_a_client_asks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='letter',
            name='a_letter_is_of_a_known_kind',
        ),
        migrations.AddField(
            model_name='decisionstanding',
            name='annulled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='decisionstanding',
            name='reason_told_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='letter',
            name='kind',
            field=models.CharField(choices=[('asked', 'asked'), ('reminder', 'reminder'), ('link_renewed', 'link_renewed'), ('code', 'code'), ('price_told', 'price_told'), ('asked_again', 'asked_again'), ('carried_over', 'carried_over'), ('changes_told', 'changes_told'), ('ok_given', 'ok_given'), ('answered', 'answered'), ('suggested', 'suggested'), ('left_out', 'left_out'), ('offer_to_client', 'offer_to_client'), ('offer_sent', 'offer_sent'), ('offer_not_sent', 'offer_not_sent'), ('offer_withdrawn', 'offer_withdrawn'), ('offer_closed', 'offer_closed'), ('validity_extended', 'validity_extended'), ('group_asked', 'group_asked'), ('decision_code', 'decision_code'), ('decision_receipt', 'decision_receipt'), ('decision_recorded', 'decision_recorded'), ('decision_objected', 'decision_objected'), ('decision_annulled', 'decision_annulled'), ('offer_accepted', 'offer_accepted'), ('offer_declined', 'offer_declined'), ('counter_offer', 'counter_offer'), ('question_asked', 'question_asked'), ('answer_drafted', 'answer_drafted'), ('question_answered', 'question_answered'), ('changes_asked', 'changes_asked'), ('changes_answered', 'changes_answered')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='decisionstanding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('annulled_by__isnull', True), ('reason', ''), ('state', 'standing')), models.Q(('annulled_by__isnull', False), ('state', 'annulled'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='who_annuls_a_decision_says_why'),
        ),
        migrations.AddConstraint(
            model_name='decisionstanding',
            constraint=models.CheckConstraint(condition=models.Q(('reason_told_at__isnull', True), ('kind', 'decline'), _connector='OR'), name='only_a_no_has_a_reason_to_tell'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['asked', 'reminder', 'link_renewed', 'code', 'price_told', 'asked_again', 'carried_over', 'changes_told', 'ok_given', 'answered', 'suggested', 'left_out', 'offer_to_client', 'offer_sent', 'offer_not_sent', 'offer_withdrawn', 'offer_closed', 'validity_extended', 'group_asked', 'decision_code', 'decision_receipt', 'decision_recorded', 'decision_objected', 'decision_annulled', 'offer_accepted', 'offer_declined', 'counter_offer', 'question_asked', 'answer_drafted', 'question_answered', 'changes_asked', 'changes_answered'])), name='a_letter_is_of_a_known_kind'),
        ),
        migrations.RunSQL(WHO_RECORDS_MAY_ANNUL, ANYBODY_ANNULS),
        migrations.RunSQL(A_VERSION_GOES_BACK, A_VERSION_ONLY_MOVES_ON),
        grant_app_role(),
    ]
