"""What is drawn of a client's yes: its table, and what the database itself holds of it."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from kernel.migrations_sql import grant_app_role

PAPERS_STAY = """
CREATE FUNCTION bids_a_paper_is_of_its_yes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM bids_decision WHERE id = NEW.decision_id AND kind = 'accept') THEN
        RAISE EXCEPTION 'only of a yes is anything drawn' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.part_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM bids_revisionpart AS stands JOIN bids_decision AS yes ON yes.revision_id = stands.revision_id
        WHERE yes.id = NEW.decision_id AND stands.part_id = NEW.part_id
    ) THEN
        RAISE EXCEPTION 'the part is none of what was agreed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_decisionpaper_is_of_its_yes BEFORE INSERT ON bids_decisionpaper
    FOR EACH ROW EXECUTE FUNCTION bids_a_paper_is_of_its_yes();

CREATE FUNCTION bids_a_drawn_paper_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.decision_id, NEW.kind, NEW.part_id, NEW.public_id)
       IS DISTINCT FROM (OLD.decision_id, OLD.kind, OLD.part_id, OLD.public_id) THEN
        RAISE EXCEPTION 'a paper stays of its yes' USING ERRCODE = 'restrict_violation';
    END IF;
    -- Once the typed name is erased from the evidence, the certificate that bears it is drawn anew without it.
    IF OLD.state = 'done' AND NEW IS DISTINCT FROM OLD AND NOT (OLD.bears_name AND NOT EXISTS (
        SELECT FROM bids_evidenceidentity AS typed JOIN bids_evidence AS proof ON proof.id = typed.evidence_id
        WHERE proof.decision_id = OLD.decision_id AND typed.name = 'name'
    )) THEN
        RAISE EXCEPTION 'paper % is done: its file stays', OLD.public_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_decisionpaper_stays BEFORE UPDATE ON bids_decisionpaper
    FOR EACH ROW EXECUTE FUNCTION bids_a_drawn_paper_stays();
CREATE TRIGGER bids_decisionpaper_is_kept BEFORE DELETE ON bids_decisionpaper
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
"""
PAPERS_CHANGE = """
DROP TRIGGER bids_decisionpaper_is_kept ON bids_decisionpaper;
DROP TRIGGER bids_decisionpaper_stays ON bids_decisionpaper;
DROP FUNCTION bids_a_drawn_paper_stays();
DROP TRIGGER bids_decisionpaper_is_of_its_yes ON bids_decisionpaper;
DROP FUNCTION bids_a_paper_is_of_its_yes();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bids", "0014_what_firms_say_of_their_work"),
    ]

    operations = [
        migrations.CreateModel(
            name="DecisionPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(choices=[("certificate", "certificate"), ("own_copy", "own_copy")], max_length=11),
                ),
                ("language", models.CharField(choices=[("fi", "fi"), ("sv", "sv"), ("en", "en")], max_length=2)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "queued"),
                            ("rendering", "rendering"),
                            ("done", "done"),
                            ("failed", "failed"),
                        ],
                        default="queued",
                        max_length=9,
                    ),
                ),
                (
                    "reach",
                    models.CharField(
                        blank=True, choices=[("all", "all"), ("own+total", "own+total"), ("own", "own")], max_length=13
                    ),
                ),
                ("bears_name", models.BooleanField(default=False)),
                ("pages", models.PositiveIntegerField(blank=True, null=True)),
                ("failure_code", models.CharField(blank=True, max_length=40)),
                ("requested_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["requested_at", "pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="letter",
            name="a_letter_is_of_a_known_kind",
        ),
        migrations.AlterField(
            model_name="letter",
            name="kind",
            field=models.CharField(
                choices=[
                    ("asked", "asked"),
                    ("reminder", "reminder"),
                    ("link_renewed", "link_renewed"),
                    ("code", "code"),
                    ("price_told", "price_told"),
                    ("asked_again", "asked_again"),
                    ("carried_over", "carried_over"),
                    ("changes_told", "changes_told"),
                    ("ok_given", "ok_given"),
                    ("answered", "answered"),
                    ("suggested", "suggested"),
                    ("left_out", "left_out"),
                    ("offer_to_client", "offer_to_client"),
                    ("offer_sent", "offer_sent"),
                    ("offer_not_sent", "offer_not_sent"),
                    ("offer_withdrawn", "offer_withdrawn"),
                    ("offer_closed", "offer_closed"),
                    ("validity_extended", "validity_extended"),
                    ("group_asked", "group_asked"),
                    ("decision_code", "decision_code"),
                    ("decision_receipt", "decision_receipt"),
                    ("decision_recorded", "decision_recorded"),
                    ("decision_objected", "decision_objected"),
                    ("decision_annulled", "decision_annulled"),
                    ("offer_accepted", "offer_accepted"),
                    ("offer_declined", "offer_declined"),
                    ("counter_offer", "counter_offer"),
                    ("question_asked", "question_asked"),
                    ("answer_drafted", "answer_drafted"),
                    ("question_answered", "question_answered"),
                    ("changes_asked", "changes_asked"),
                    ("changes_answered", "changes_answered"),
                    ("own_copy", "own_copy"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "asked",
                            "reminder",
                            "link_renewed",
                            "code",
                            "price_told",
                            "asked_again",
                            "carried_over",
                            "changes_told",
                            "ok_given",
                            "answered",
                            "suggested",
                            "left_out",
                            "offer_to_client",
                            "offer_sent",
                            "offer_not_sent",
                            "offer_withdrawn",
                            "offer_closed",
                            "validity_extended",
                            "group_asked",
                            "decision_code",
                            "decision_receipt",
                            "decision_recorded",
                            "decision_objected",
                            "decision_annulled",
                            "offer_accepted",
                            "offer_declined",
                            "counter_offer",
                            "question_asked",
                            "answer_drafted",
                            "question_answered",
                            "changes_asked",
                            "changes_answered",
                            "own_copy",
                        ],
                    )
                ),
                name="a_letter_is_of_a_known_kind",
            ),
        ),
        migrations.AddField(
            model_name="decisionpaper",
            name="asset",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bids.asset"
            ),
        ),
        migrations.AddField(
            model_name="decisionpaper",
            name="data",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bids.asset"
            ),
        ),
        migrations.AddField(
            model_name="decisionpaper",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="bids.decision"
            ),
        ),
        migrations.AddField(
            model_name="decisionpaper",
            name="part",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="papers",
                to="bids.part",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["queued", "rendering", "done", "failed"])),
                name="a_paper_is_in_a_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("bears_name", False), ("kind", "own_copy"), ("part__isnull", False)),
                    models.Q(("data__isnull", True), ("kind", "certificate"), ("part__isnull", True), ("reach", "")),
                    _connector="OR",
                ),
                name="a_copy_is_some_firms_and_a_certificate_is_not",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asset__isnull", False), ("finished_at__isnull", False), ("state", "done")),
                    models.Q(models.Q(("state", "done"), _negated=True), ("asset__isnull", True)),
                    _connector="OR",
                ),
                name="a_paper_is_done_when_its_file_is_there",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "own_copy"), ("state", "done"), _negated=True),
                    models.Q(("data__isnull", False), models.Q(("reach", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_copy_comes_for_programs_too",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "failed"), _negated=True),
                    models.Q(("failure_code", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_failed_paper_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionpaper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "certificate")), fields=("decision",), name="one_certificate_per_decision"
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionpaper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "own_copy")),
                fields=("decision", "part"),
                name="one_copy_per_decision_and_firm",
            ),
        ),
        migrations.RunSQL(PAPERS_STAY, PAPERS_CHANGE),
        grant_app_role(),
    ]
