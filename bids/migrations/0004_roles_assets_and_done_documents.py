"""Let contacts say what they do, keep a file of no firm once, and leave nothing of a done document open."""

from django.db import migrations, models

import kernel.fields

NOTHING_BUT_WHO_ASKED = """
CREATE OR REPLACE FUNCTION bids_a_done_document_keeps_its_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Who asked for it goes when that person is erased.
    IF to_jsonb(NEW) - 'requested_by_id' IS DISTINCT FROM to_jsonb(OLD) - 'requested_by_id' THEN
        RAISE EXCEPTION 'document % is done: its file stays', OLD.public_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
THE_FILE_ALONE = """
CREATE OR REPLACE FUNCTION bids_a_done_document_keeps_its_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.state, NEW.asset_id, NEW.sheet_id, NEW.kind, NEW.pages, NEW.finished_at)
       IS DISTINCT FROM (OLD.state, OLD.asset_id, OLD.sheet_id, OLD.kind, OLD.pages, OLD.finished_at) THEN
        RAISE EXCEPTION 'document % is done: its file stays', OLD.public_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("bids", "0003_what_is_drawn_stays"), ("members", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="clientcontact",
            name="role",
            field=kernel.fields.CleanCharField(blank=True, max_length=100),
        ),
        migrations.AddConstraint(
            model_name="asset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("firm__isnull", True)),
                fields=("sha256", "media_type"),
                name="one_asset_of_no_firm_per_content",
            ),
        ),
        migrations.RunSQL(NOTHING_BUT_WHO_ASKED, THE_FILE_ALONE),
    ]
