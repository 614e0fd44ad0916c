"""A client asks, and wishes something to be otherwise: tables, and what the database itself holds of it."""

import django.db.models.deletion
import kernel.fields
import uuid
from django.conf import settings
from django.db import migrations, models

from kernel.migrations_sql import grant_app_role

ALL_OF_ONE_OFFER = """
ALTER TABLE bids_clientlink ADD CONSTRAINT a_clients_link_and_its_offer UNIQUE (id, bid_id);
ALTER TABLE bids_part ADD CONSTRAINT a_part_and_its_offer UNIQUE (id, bid_id);
ALTER TABLE bids_question
    ADD CONSTRAINT a_question_is_of_the_offer_of_its_link FOREIGN KEY (link_id, bid_id)
        REFERENCES bids_clientlink (id, bid_id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT a_question_is_of_the_offer_of_its_version FOREIGN KEY (revision_id, bid_id)
        REFERENCES bids_revision (id, bid_id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT a_question_goes_to_a_firm_of_its_offer FOREIGN KEY (to_part_id, bid_id)
        REFERENCES bids_part (id, bid_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE bids_changerequest
    ADD CONSTRAINT a_wish_is_of_the_offer_of_its_link FOREIGN KEY (link_id, bid_id)
        REFERENCES bids_clientlink (id, bid_id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT a_wish_is_of_the_offer_of_its_version FOREIGN KEY (revision_id, bid_id)
        REFERENCES bids_revision (id, bid_id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT a_wish_is_answered_in_its_offer FOREIGN KEY (answered_in_id, bid_id)
        REFERENCES bids_revision (id, bid_id) DEFERRABLE INITIALLY DEFERRED;
"""
OF_ANY_OFFER = """
ALTER TABLE bids_changerequest
    DROP CONSTRAINT a_wish_is_answered_in_its_offer,
    DROP CONSTRAINT a_wish_is_of_the_offer_of_its_version,
    DROP CONSTRAINT a_wish_is_of_the_offer_of_its_link;
ALTER TABLE bids_question
    DROP CONSTRAINT a_question_goes_to_a_firm_of_its_offer,
    DROP CONSTRAINT a_question_is_of_the_offer_of_its_version,
    DROP CONSTRAINT a_question_is_of_the_offer_of_its_link;
ALTER TABLE bids_part DROP CONSTRAINT a_part_and_its_offer;
ALTER TABLE bids_clientlink DROP CONSTRAINT a_clients_link_and_its_offer;
"""

WHO_MAY_ASK_ASKS = """
CREATE FUNCTION bids_refuse_unasked(the_link bigint, the_version bigint, at timestamptz)
    RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM bids_clientlink
        WHERE id = the_link AND scope IN ('ask', 'accept') AND revoked_at IS NULL AND expires_at > at
    ) THEN
        RAISE EXCEPTION 'link % asks nothing', the_link USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM bids_revisionstanding WHERE revision_id = the_version AND sent_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'nobody was sent version %', the_version USING ERRCODE = 'restrict_violation';
    END IF;
END $$;
"""
ANYBODY_ASKS = "DROP FUNCTION bids_refuse_unasked(bigint, bigint, timestamptz);"

WHAT_WAS_ASKED_STAYS = """
CREATE FUNCTION bids_a_question_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' OR NEW.draft <> '' THEN
            RAISE EXCEPTION 'a question begins open' USING ERRCODE = 'restrict_violation';
        END IF;
        PERFORM bids_refuse_unasked(NEW.link_id, NEW.revision_id, NEW.asked_at);
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.public_id, NEW.bid_id, NEW.revision_id, NEW.link_id, NEW.place, NEW.key, NEW.text, NEW.asked_at)
       IS DISTINCT FROM
       (OLD.id, OLD.public_id, OLD.bid_id, OLD.revision_id, OLD.link_id, OLD.place, OLD.key, OLD.text, OLD.asked_at)
    THEN
        RAISE EXCEPTION 'question %: what was asked stays as it is', OLD.public_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('released', 'dropped') THEN
        RAISE EXCEPTION 'question % is %: it stays as it is', OLD.public_id, OLD.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'drafted' AND NEW.state = 'open' THEN
        RAISE EXCEPTION 'question % has a draft', OLD.public_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_question_stays BEFORE INSERT OR UPDATE ON bids_question
    FOR EACH ROW EXECUTE FUNCTION bids_a_question_stays();
CREATE TRIGGER bids_question_is_kept BEFORE DELETE ON bids_question
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
"""
WHAT_WAS_ASKED_CHANGES = """
DROP TRIGGER bids_question_is_kept ON bids_question;
DROP TRIGGER bids_question_stays ON bids_question;
DROP FUNCTION bids_a_question_stays();
"""

WHAT_WAS_WISHED_STAYS = """
CREATE FUNCTION bids_a_wish_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' OR NEW.answered_in_id IS NOT NULL THEN
            RAISE EXCEPTION 'a wish begins open' USING ERRCODE = 'restrict_violation';
        END IF;
        PERFORM bids_refuse_unasked(NEW.link_id, NEW.revision_id, NEW.asked_at);
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.public_id, NEW.bid_id, NEW.revision_id, NEW.link_id, NEW.kind, NEW.line, NEW.weeks, NEW.amount,
        NEW.basis, NEW.text, NEW.asked_at)
       IS DISTINCT FROM
       (OLD.id, OLD.public_id, OLD.bid_id, OLD.revision_id, OLD.link_id, OLD.kind, OLD.line, OLD.weeks, OLD.amount,
        OLD.basis, OLD.text, OLD.asked_at)
    THEN
        RAISE EXCEPTION 'wish %: what was wished stays as it is', OLD.public_id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'open' THEN
        RAISE EXCEPTION 'wish % is %: it stays as it is', OLD.public_id, OLD.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.answered_in_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM bids_revision AS later
        JOIN bids_revision AS asked ON asked.id = NEW.revision_id
        JOIN bids_revisionstanding AS stands ON stands.revision_id = later.id
        WHERE later.id = NEW.answered_in_id AND later.number > asked.number
          AND (NEW.state = 'open' OR stands.sent_at IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'wish % is answered by a later version, once that is sent', OLD.public_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_changerequest_stays BEFORE INSERT OR UPDATE ON bids_changerequest
    FOR EACH ROW EXECUTE FUNCTION bids_a_wish_stays();
CREATE TRIGGER bids_changerequest_is_kept BEFORE DELETE ON bids_changerequest
    FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
"""
WHAT_WAS_WISHED_CHANGES = """
DROP TRIGGER bids_changerequest_is_kept ON bids_changerequest;
DROP TRIGGER bids_changerequest_stays ON bids_changerequest;
DROP FUNCTION bids_a_wish_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bids", "0010_a_client_decides"),
        ("members", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangeRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("without_line", "without_line"),
                            ("later", "later"),
                            ("price_wish", "price_wish"),
                            ("other", "other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("line", kernel.fields.CleanCharField(blank=True, max_length=12)),
                ("weeks", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ("basis", models.CharField(blank=True, choices=[("net", "net"), ("gross", "gross")], max_length=5)),
                ("text", kernel.fields.CleanTextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("answered", "answered"), ("declined", "declined")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("words", kernel.fields.CleanTextField(blank=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["asked_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "place",
                    models.CharField(
                        choices=[("whole", "whole"), ("section", "section"), ("line", "line"), ("part", "part")],
                        default="whole",
                        max_length=7,
                    ),
                ),
                ("key", kernel.fields.CleanCharField(blank=True, max_length=12)),
                ("text", kernel.fields.CleanTextField()),
                ("asked_at", models.DateTimeField()),
                ("draft", kernel.fields.CleanTextField(blank=True)),
                ("drafted_at", models.DateTimeField(blank=True, null=True)),
                ("answer", kernel.fields.CleanTextField(blank=True)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("dropped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("drafted", "drafted"),
                            ("released", "released"),
                            ("dropped", "dropped"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "pk"],
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
                    ("offer_accepted", "offer_accepted"),
                    ("offer_declined", "offer_declined"),
                    ("counter_offer", "counter_offer"),
                    ("question_asked", "question_asked"),
                    ("answer_drafted", "answer_drafted"),
                    ("question_answered", "question_answered"),
                    ("changes_asked", "changes_asked"),
                    ("changes_answered", "changes_answered"),
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
                            "offer_accepted",
                            "offer_declined",
                            "counter_offer",
                            "question_asked",
                            "answer_drafted",
                            "question_answered",
                            "changes_asked",
                            "changes_answered",
                        ],
                    )
                ),
                name="a_letter_is_of_a_known_kind",
            ),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="answered_in",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answered_requests",
                to="bids.revision",
            ),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="bid",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="change_requests", to="bids.bid"
            ),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="link",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="change_requests", to="bids.clientlink"
            ),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="revision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="change_requests", to="bids.revision"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="bid",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="bids.bid"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="drafted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="drafted_by_firm",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.firm"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="link",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="bids.clientlink"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="released_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="revision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="bids.revision"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="to_part",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="bids.part"
            ),
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "answered", "declined"])), name="a_wish_is_in_a_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount__isnull", True),
                        ("basis", ""),
                        ("kind", "without_line"),
                        ("weeks__isnull", True),
                        models.Q(("line", ""), _negated=True),
                    ),
                    models.Q(
                        ("amount__isnull", True),
                        ("basis", ""),
                        ("kind", "later"),
                        ("line", ""),
                        ("weeks__gte", 1),
                        ("weeks__lte", 104),
                    ),
                    models.Q(
                        ("amount__gt", 0),
                        ("basis__in", ["net", "gross"]),
                        ("kind", "price_wish"),
                        ("weeks__isnull", True),
                    ),
                    models.Q(
                        ("amount__isnull", True),
                        ("basis", ""),
                        ("kind", "other"),
                        ("line", ""),
                        ("weeks__isnull", True),
                        models.Q(("text", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_wish_says_what_is_wished",
            ),
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("state", "open"), ("words", "")),
                    models.Q(("answered_in__isnull", False), ("closed_at__isnull", False), ("state", "answered")),
                    models.Q(("answered_in__isnull", True), ("closed_at__isnull", False), ("state", "declined")),
                    _connector="OR",
                ),
                name="a_wish_is_open_answered_or_declined",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "drafted", "released", "dropped"])),
                name="a_question_is_in_a_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("place__in", ["whole", "section", "line", "part"])),
                name="a_question_is_about_a_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="a_question_asks_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("key", ""), ("place", "whole")),
                    models.Q(models.Q(("place", "whole"), _negated=True), models.Q(("key", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_question_names_its_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("draft", ""), ("drafted_at__isnull", True), ("drafted_by_firm__isnull", True)),
                    models.Q(
                        models.Q(("draft", ""), _negated=True),
                        ("drafted_at__isnull", False),
                        ("drafted_by_firm__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_drafted_answer_is_some_firms",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "drafted"), _negated=True),
                    models.Q(("draft", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_draft_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "released"), models.Q(("answer", ""), _negated=True), ("released_at__isnull", False)
                    ),
                    models.Q(
                        models.Q(("state", "released"), _negated=True), ("answer", ""), ("released_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="a_question_is_answered_once_released",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dropped_at__isnull", False), ("state", "dropped")),
                    models.Q(models.Q(("state", "dropped"), _negated=True), ("dropped_at__isnull", True)),
                    _connector="OR",
                ),
                name="a_dropped_question_has_its_moment",
            ),
        ),
        migrations.RunSQL(ALL_OF_ONE_OFFER, OF_ANY_OFFER),
        migrations.RunSQL(WHO_MAY_ASK_ASKS, ANYBODY_ASKS),
        migrations.RunSQL(WHAT_WAS_ASKED_STAYS, WHAT_WAS_ASKED_CHANGES),
        migrations.RunSQL(WHAT_WAS_WISHED_STAYS, WHAT_WAS_WISHED_CHANGES),
        grant_app_role(),
    ]
