"""A certificate that is true no longer is drawn anew, and the file it had may go."""

from django.db import migrations, models

from kernel.migrations_sql import grant_app_role

DRAWN_ANEW = """
CREATE OR REPLACE FUNCTION bids_a_drawn_paper_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.decision_id, NEW.kind, NEW.part_id, NEW.public_id)
       IS DISTINCT FROM (OLD.decision_id, OLD.kind, OLD.part_id, OLD.public_id) THEN
        RAISE EXCEPTION 'a paper stays of its yes' USING ERRCODE = 'restrict_violation';
    END IF;
    -- A certificate is drawn anew once it is silent about what became of its yes, or bears a name that was erased.
    IF OLD.state = 'done' AND NEW IS DISTINCT FROM OLD AND NOT (OLD.kind = 'certificate' AND (
        (OLD.bears_name AND NOT EXISTS (
            SELECT FROM bids_evidenceidentity AS typed JOIN bids_evidence AS proof ON proof.id = typed.evidence_id
            WHERE proof.decision_id = OLD.decision_id AND typed.name = 'name'
        ))
        OR EXISTS (
            SELECT FROM bids_decisionstanding AS since WHERE since.decision_id = OLD.decision_id
              AND (since.state = 'annulled' AND NOT OLD.tells_annulment
                   OR since.objected_at IS NOT NULL AND NOT OLD.tells_objection)
        )
    )) THEN
        RAISE EXCEPTION 'paper % is done: its file stays', OLD.public_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
DRAWN_ONCE = """
CREATE OR REPLACE FUNCTION bids_a_drawn_paper_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.decision_id, NEW.kind, NEW.part_id, NEW.public_id)
       IS DISTINCT FROM (OLD.decision_id, OLD.kind, OLD.part_id, OLD.public_id) THEN
        RAISE EXCEPTION 'a paper stays of its yes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'done' AND NEW IS DISTINCT FROM OLD AND NOT (OLD.bears_name AND NOT EXISTS (
        SELECT FROM bids_evidenceidentity AS typed JOIN bids_evidence AS proof ON proof.id = typed.evidence_id
        WHERE proof.decision_id = OLD.decision_id AND typed.name = 'name'
    )) THEN
        RAISE EXCEPTION 'paper % is done: its file stays', OLD.public_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
ITS_FILE_MAY_GO = """
DROP TRIGGER bids_asset_is_append_only ON bids_asset;
CREATE TRIGGER bids_asset_is_unchangeable BEFORE UPDATE ON bids_asset
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
CREATE FUNCTION bids_a_stored_file_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whatever still speaks of the file holds it by its own key.
    IF NOT EXISTS (
        SELECT FROM kernel_auditevent WHERE type = 'certificate.drawn' AND facts ->> 'sha256' = OLD.sha256
    ) THEN
        RAISE EXCEPTION '% on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER bids_asset_stays BEFORE DELETE ON bids_asset
    FOR EACH ROW EXECUTE FUNCTION bids_a_stored_file_stays();
"""
EVERY_FILE_STAYS = """
DROP TRIGGER bids_asset_stays ON bids_asset;
DROP FUNCTION bids_a_stored_file_stays();
DROP TRIGGER bids_asset_is_unchangeable ON bids_asset;
CREATE TRIGGER bids_asset_is_append_only BEFORE UPDATE OR DELETE ON bids_asset
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bids", "0021_only_changes_follow_a_yes"),
    ]

    operations = [
        migrations.AddField(
            model_name="decisionpaper",
            name="tells_annulment",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="decisionpaper",
            name="tells_objection",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunSQL(DRAWN_ANEW, DRAWN_ONCE),
        migrations.RunSQL(ITS_FILE_MAY_GO, EVERY_FILE_STAYS),
        grant_app_role(),
    ]
