"""What firms say of their own work after the client's yes: tables, and what the database itself holds of it."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import kernel.fields
from kernel.migrations_sql import append_only, grant_app_role

ALL_OF_ONE_OFFER = """
ALTER TABLE bids_invoicemark
    ADD CONSTRAINT an_invoice_mark_is_of_the_offer_of_its_part FOREIGN KEY (part_id, bid_id)
        REFERENCES bids_part (id, bid_id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT an_invoice_mark_is_of_a_version_of_its_offer FOREIGN KEY (revision_id, bid_id)
        REFERENCES bids_revision (id, bid_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE bids_actualquantity
    ADD CONSTRAINT an_actual_quantity_is_of_the_offer_of_its_part FOREIGN KEY (part_id, bid_id)
        REFERENCES bids_part (id, bid_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE bids_partdone
    ADD CONSTRAINT a_done_part_is_of_its_offer FOREIGN KEY (part_id, bid_id)
        REFERENCES bids_part (id, bid_id) DEFERRABLE INITIALLY DEFERRED;
"""
OF_ANY_OFFER = """
ALTER TABLE bids_partdone DROP CONSTRAINT a_done_part_is_of_its_offer;
ALTER TABLE bids_actualquantity DROP CONSTRAINT an_actual_quantity_is_of_the_offer_of_its_part;
ALTER TABLE bids_invoicemark
    DROP CONSTRAINT an_invoice_mark_is_of_a_version_of_its_offer,
    DROP CONSTRAINT an_invoice_mark_is_of_the_offer_of_its_part;
"""

A_FIRM_SAYS_IT_OF_ITSELF = """
CREATE FUNCTION bids_own_work_is_ones_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM bids_part WHERE id = NEW.part_id AND firm_id = NEW.firm_id) THEN
        RAISE EXCEPTION 'a firm speaks of its own part alone' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.invitation_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM bids_invitation WHERE id = NEW.invitation_id AND part_id = NEW.part_id
    ) THEN
        RAISE EXCEPTION 'whoever was asked speaks of that part alone' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM bids_decisionstanding WHERE bid_id = NEW.bid_id AND kind = 'accept' AND state = 'standing'
    ) THEN
        RAISE EXCEPTION 'the client has not said yes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_invoicemark_is_ones_own BEFORE INSERT ON bids_invoicemark
    FOR EACH ROW EXECUTE FUNCTION bids_own_work_is_ones_own();
CREATE TRIGGER bids_actualquantity_is_ones_own BEFORE INSERT ON bids_actualquantity
    FOR EACH ROW EXECUTE FUNCTION bids_own_work_is_ones_own();
CREATE TRIGGER bids_partdone_is_ones_own BEFORE INSERT ON bids_partdone
    FOR EACH ROW EXECUTE FUNCTION bids_own_work_is_ones_own();
"""
ANYBODY_SAYS_IT = """
DROP TRIGGER bids_partdone_is_ones_own ON bids_partdone;
DROP TRIGGER bids_actualquantity_is_ones_own ON bids_actualquantity;
DROP TRIGGER bids_invoicemark_is_ones_own ON bids_invoicemark;
DROP FUNCTION bids_own_work_is_ones_own();
"""

WHAT_WAS_SAID_IS_ONLY_UNDONE = """
CREATE FUNCTION bids_a_mark_is_only_undone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.undone_at IS NOT NULL OR NEW.undone_at IS NULL
       OR to_jsonb(NEW) - 'undone_at' IS DISTINCT FROM to_jsonb(OLD) - 'undone_at' THEN
        RAISE EXCEPTION 'mark % is undone once and else stays as it is', OLD.public_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_invoicemark_is_only_undone BEFORE UPDATE ON bids_invoicemark
    FOR EACH ROW EXECUTE FUNCTION bids_a_mark_is_only_undone();
CREATE TRIGGER bids_invoicemark_is_kept BEFORE DELETE ON bids_invoicemark
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
CREATE TRIGGER bids_partdone_is_only_undone BEFORE UPDATE ON bids_partdone
    FOR EACH ROW EXECUTE FUNCTION bids_a_mark_is_only_undone();
CREATE TRIGGER bids_partdone_is_kept BEFORE DELETE ON bids_partdone
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
"""
WHAT_WAS_SAID_CHANGES = """
DROP TRIGGER bids_partdone_is_kept ON bids_partdone;
DROP TRIGGER bids_partdone_is_only_undone ON bids_partdone;
DROP TRIGGER bids_invoicemark_is_kept ON bids_invoicemark;
DROP TRIGGER bids_invoicemark_is_only_undone ON bids_invoicemark;
DROP FUNCTION bids_a_mark_is_only_undone();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bids", "0012_what_was_recorded_is_annulled"),
        ("members", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ActualQuantity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("code", kernel.fields.CleanCharField(max_length=12)),
                ("sequence", models.PositiveIntegerField()),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=12)),
                ("reported_at", models.DateTimeField()),
                (
                    "bid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="actual_quantities", to="bids.bid"
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.firm"),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bids.invitation",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="actual_quantities", to="bids.part"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["sequence", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("part", "code", "sequence"), name="reports_of_a_row_follow_each_other"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 0)), name="an_actual_quantity_is_not_negative"
                    ),
                    models.CheckConstraint(condition=models.Q(("sequence__gte", 1)), name="reports_count_from_one"),
                    models.CheckConstraint(
                        condition=models.Q(("person__isnull", False), ("invitation__isnull", False), _connector="OR"),
                        name="an_actual_quantity_is_somebodys",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveSmallIntegerField()),
                ("net", models.DecimalField(decimal_places=2, max_digits=14)),
                ("vat", models.DecimalField(decimal_places=2, max_digits=14)),
                ("gross", models.DecimalField(decimal_places=2, max_digits=14)),
                ("invoiced_on", models.DateField()),
                ("invoice_number", kernel.fields.CleanCharField(blank=True, max_length=40)),
                ("marked_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "bid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoice_marks", to="bids.bid"
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.firm"),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bids.invitation",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoice_marks", to="bids.part"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bids.revision"
                    ),
                ),
            ],
            options={
                "ordering": ["marked_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("part", "number"),
                        name="an_invoice_is_marked_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="invoices_count_from_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "gross",
                                django.db.models.expressions.CombinedExpression(models.F("net"), "+", models.F("vat")),
                            )
                        ),
                        name="a_marked_invoice_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person__isnull", False), ("invitation__isnull", False), _connector="OR"),
                        name="an_invoice_mark_is_somebodys",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone_at__isnull", True), ("undone_at__gte", models.F("marked_at")), _connector="OR"
                        ),
                        name="an_invoice_mark_is_undone_after_it_was_made",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartDone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("done_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "bid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="done_parts", to="bids.bid"
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.firm"),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bids.invitation",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="done_marks", to="bids.part"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["done_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)), fields=("part",), name="a_part_is_done_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person__isnull", False), ("invitation__isnull", False), _connector="OR"),
                        name="a_done_part_is_somebodys",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone_at__isnull", True), ("undone_at__gte", models.F("done_at")), _connector="OR"
                        ),
                        name="a_part_is_undone_after_it_was_done",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ALL_OF_ONE_OFFER, OF_ANY_OFFER),
        migrations.RunSQL(A_FIRM_SAYS_IT_OF_ITSELF, ANYBODY_SAYS_IT),
        migrations.RunSQL(WHAT_WAS_SAID_IS_ONLY_UNDONE, WHAT_WAS_SAID_CHANGES),
        append_only("bids_actualquantity"),
        grant_app_role(),
    ]
