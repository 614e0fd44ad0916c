"""Hold by the database that stored files, frozen sheets and finished documents stay as they are."""

from django.db import migrations

from kernel.migrations_sql import append_only, grant_app_role, kept_while, unchangeable

A_DONE_DOCUMENT_KEEPS_ITS_FILE = """
CREATE FUNCTION bids_a_done_document_keeps_its_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.state, NEW.asset_id, NEW.sheet_id, NEW.kind, NEW.pages, NEW.finished_at)
       IS DISTINCT FROM (OLD.state, OLD.asset_id, OLD.sheet_id, OLD.kind, OLD.pages, OLD.finished_at) THEN
        RAISE EXCEPTION 'document % is done: its file stays', OLD.public_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_done_document_keeps_its_file BEFORE UPDATE ON bids_document
    FOR EACH ROW WHEN (OLD.state = 'done') EXECUTE FUNCTION bids_a_done_document_keeps_its_file();
"""
UNDO = """
DROP TRIGGER a_done_document_keeps_its_file ON bids_document;
DROP FUNCTION bids_a_done_document_keeps_its_file();
"""


class Migration(migrations.Migration):
    dependencies = [("bids", "0002_documents_and_parts"), ("kernel", "0001_initial")]

    operations = [
        append_only("bids_asset"),
        unchangeable("bids_frozensheet"),
        kept_while("bids_frozensheet", condition="OLD.bid_id IS NOT NULL"),
        migrations.RunSQL(A_DONE_DOCUMENT_KEEPS_ITS_FILE, UNDO),
        grant_app_role(),
    ]
