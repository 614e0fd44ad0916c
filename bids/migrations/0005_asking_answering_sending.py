"""People are asked, answer, say OK; versions are frozen and sent: tables, and what the database itself holds of it."""

import bids.models.part
import django.contrib.postgres.fields
import django.db.models.deletion
import kernel.fields
import uuid
from django.conf import settings
from django.db import migrations, models

from kernel.migrations_sql import append_only, grant_app_role


SALT_OF_EACH = """
UPDATE bids_part SET salt = decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
"""

A_COST_IS_THE_FIRMS_OWN = """
ALTER TABLE bids_part ADD CONSTRAINT a_part_and_its_firm UNIQUE (id, firm_id);
ALTER TABLE bids_lineitem ADD CONSTRAINT a_line_and_its_part UNIQUE (id, part_id);
ALTER TABLE bids_linecost
    ADD CONSTRAINT a_cost_is_of_the_firm_of_its_part FOREIGN KEY (part_id, firm_id)
        REFERENCES bids_part (id, firm_id) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT a_cost_is_of_a_line_of_its_part FOREIGN KEY (line_id, part_id)
        REFERENCES bids_lineitem (id, part_id) DEFERRABLE INITIALLY DEFERRED;
"""
A_COST_IS_ANYBODYS = """
ALTER TABLE bids_linecost
    DROP CONSTRAINT a_cost_is_of_the_firm_of_its_part,
    DROP CONSTRAINT a_cost_is_of_a_line_of_its_part;
ALTER TABLE bids_lineitem DROP CONSTRAINT a_line_and_its_part;
ALTER TABLE bids_part DROP CONSTRAINT a_part_and_its_firm;
"""

A_VERSION_FOLLOWS_THE_LAST_ONE = """
CREATE FUNCTION bids_a_version_follows_the_last_one() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_number integer := 0;
    last_hash bytea := decode(repeat('00', 32), 'hex');
BEGIN
    PERFORM 1 FROM bids_bid WHERE id = NEW.bid_id FOR UPDATE;
    SELECT number, content_hash INTO last_number, last_hash FROM bids_revision
        WHERE bid_id = NEW.bid_id ORDER BY number DESC LIMIT 1;
    IF NOT FOUND THEN
        last_number := 0;
        last_hash := decode(repeat('00', 32), 'hex');
    END IF;
    IF NEW.number <> last_number + 1 THEN
        RAISE EXCEPTION 'version % does not follow version %', NEW.number, last_number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.prev_hash <> last_hash THEN
        RAISE EXCEPTION 'version % does not name the hash of the one before', NEW.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.content_hash <> sha256(NEW.payload) THEN
        RAISE EXCEPTION 'version % does not have the hash of its content', NEW.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_revision_follows_the_last_one BEFORE INSERT ON bids_revision
    FOR EACH ROW EXECUTE FUNCTION bids_a_version_follows_the_last_one();
"""
A_VERSION_FOLLOWS_NOTHING = """
DROP TRIGGER bids_revision_follows_the_last_one ON bids_revision;
DROP FUNCTION bids_a_version_follows_the_last_one();
"""

EVERY_FIRM_HAS_SAID_OK = """
CREATE FUNCTION bids_has_ok(the_part bigint, the_firm bigint, the_kind text, the_hash bytea, at timestamptz)
    RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM bids_approval AS ok
        WHERE ok.part_id = the_part AND ok.firm_id = the_firm AND ok.kind = the_kind AND ok.hash = the_hash
          AND (ok.good_until IS NULL OR ok.good_until >= (at AT TIME ZONE 'Europe/Helsinki')::date)
          AND NOT EXISTS (SELECT FROM bids_approvalrevocation AS back WHERE back.approval_id = ok.id)
          AND (
              EXISTS (
                  SELECT FROM members_membership AS place
                  WHERE place.person_id = ok.person_id AND place.firm_id = the_firm
                    AND (place.role = 'owner' OR place.may_approve)
              )
              OR EXISTS (
                  SELECT FROM bids_invitation AS asked
                  WHERE asked.id = ok.invitation_id AND asked.part_id = the_part AND asked.withdrawn_at IS NULL
              )
          )
    )
$$;
CREATE FUNCTION bids_every_firm_has_said_ok() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    missing text;
BEGIN
    SELECT part.key INTO missing
    FROM bids_part AS part
    LEFT JOIN bids_revisionpart AS named ON named.part_id = part.id AND named.revision_id = NEW.id
    WHERE part.bid_id = NEW.bid_id AND part.state NOT IN ('no', 'taken_over', 'left_out', 'left')
      AND (NEW.binding OR part.role = 'lead')
      AND (
          named.id IS NULL OR named.firm_id <> part.firm_id
          OR NOT bids_has_ok(part.id, part.firm_id, 'part', named.part_hash, NEW.frozen_at)
          OR NOT bids_has_ok(part.id, part.firm_id, 'frame', named.frame_hash, NEW.frozen_at)
      )
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'version % lacks the OK of %', NEW.number, missing USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER bids_revision_every_firm_has_said_ok AFTER INSERT ON bids_revision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bids_every_firm_has_said_ok();
"""
NOBODY_NEEDS_TO_SAY_OK = """
DROP TRIGGER bids_revision_every_firm_has_said_ok ON bids_revision;
DROP FUNCTION bids_every_firm_has_said_ok();
DROP FUNCTION bids_has_ok(bigint, bigint, text, bytea, timestamptz);
"""

WHAT_IS_REVOKED_STAYS_REVOKED = """
CREATE FUNCTION bids_what_is_revoked_stays_revoked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at
       OR NEW.token_hash IS DISTINCT FROM OLD.token_hash THEN
        RAISE EXCEPTION 'link % keeps its secret, and once revoked it stays so', OLD.public_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bids_clientlink_stays_revoked BEFORE UPDATE ON bids_clientlink
    FOR EACH ROW EXECUTE FUNCTION bids_what_is_revoked_stays_revoked();
CREATE TRIGGER bids_invitationlink_stays_revoked BEFORE UPDATE ON bids_invitationlink
    FOR EACH ROW EXECUTE FUNCTION bids_what_is_revoked_stays_revoked();
"""
WHAT_IS_REVOKED_CAN_COME_BACK = """
DROP TRIGGER bids_invitationlink_stays_revoked ON bids_invitationlink;
DROP TRIGGER bids_clientlink_stays_revoked ON bids_clientlink;
DROP FUNCTION bids_what_is_revoked_stays_revoked();
"""

ONLY_ADDED_TO = (
    "bids_approval",
    "bids_approvalrevocation",
    "bids_revision",
    "bids_revisionpart",
    "bids_groupyes",
    "bids_legalanswer",
)


class Migration(migrations.Migration):

    dependencies = [
        ('bids', '0004_roles_assets_and_done_documents'),
        ('members', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='bid',
            name='always_ask',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='bid',
            name='copied_from',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='copies', to='bids.bid'),
        ),
        migrations.AddField(
            model_name='bid',
            name='group_rules_version',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='bid',
            name='leaves_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='bid',
            name='next_code',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='part',
            name='always_ask',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='part',
            name='asked',
            field=kernel.fields.CleanTextField(blank=True),
        ),
        migrations.AddField(
            model_name='part',
            name='content_hash',
            field=models.BinaryField(blank=True, max_length=32, null=True),
        ),
        migrations.AddField(
            model_name='part',
            name='frame_hash',
            field=models.BinaryField(blank=True, max_length=32, null=True),
        ),
        migrations.AddField(
            model_name='part',
            name='salt',
            field=models.BinaryField(default=bids.models.part.new_salt, max_length=32),
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('part', 'part'), ('frame', 'frame')], max_length=5)),
                ('hash', models.BinaryField(max_length=32)),
                ('seen', models.BinaryField()),
                ('method', models.CharField(choices=[('answered', 'answered'), ('tapped', 'tapped'), ('sent', 'sent'), ('carried_over', 'carried_over')], max_length=12)),
                ('given_at', models.DateTimeField()),
                ('good_until', models.DateField(blank=True, null=True)),
                ('carried_from', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='carried_to', to='bids.approval')),
                ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='members.firm')),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='bids.part')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Group',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', kernel.fields.CleanCharField(max_length=200)),
                ('made_at', models.DateTimeField()),
                ('rules_version', models.PositiveIntegerField(default=1)),
                ('invoicing', models.CharField(choices=[('each', 'each'), ('lead', 'lead')], default='each', max_length=4)),
                ('liability', models.CharField(choices=[('several', 'several'), ('joint', 'joint'), ('lead', 'lead')], default='several', max_length=7)),
                ('payment_days', models.PositiveSmallIntegerField(default=14)),
                ('valid_days', models.PositiveSmallIntegerField(default=30)),
                ('price_visibility', models.CharField(choices=[('all', 'all'), ('own+total', 'own+total'), ('own', 'own')], default='all', max_length=9)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.firm')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='bid',
            name='group',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='bids', to='bids.group'),
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', kernel.fields.CleanCharField(blank=True, max_length=200)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('phone', kernel.fields.CleanCharField(blank=True, max_length=40)),
                ('language', models.CharField(choices=[('fi', 'fi'), ('sv', 'sv'), ('en', 'en')], default='fi', max_length=2)),
                ('asked_at', models.DateTimeField()),
                ('answer_until', models.DateTimeField()),
                ('answer', models.CharField(blank=True, choices=[('in', 'in'), ('no', 'no'), ('call_me', 'call_me')], max_length=10)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('message', kernel.fields.CleanTextField(blank=True)),
                ('suggests_name', kernel.fields.CleanCharField(blank=True, max_length=200)),
                ('suggests_email', models.EmailField(blank=True, max_length=254)),
                ('suggests_why', kernel.fields.CleanTextField(blank=True)),
                ('reminded', models.PositiveSmallIntegerField(default=0)),
                ('reminders_stopped_at', models.DateTimeField(blank=True, null=True)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='bids.bid')),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='bids.part')),
            ],
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('place', models.CharField(max_length=120)),
                ('words', models.JSONField()),
                ('seen_version', models.PositiveIntegerField(blank=True, null=True)),
                ('saved_at', models.DateTimeField()),
                ('bid', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='bids.bid')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to=settings.AUTH_USER_MODEL)),
                ('invitation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='bids.invitation')),
            ],
        ),
        migrations.CreateModel(
            name='ApprovalRevocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('was_not_me', models.BooleanField(default=False)),
                ('revoked_at', models.DateTimeField()),
                ('approval', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='revocation', to='bids.approval')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invitation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bids.invitation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='approval',
            name='invitation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='bids.invitation'),
        ),
        migrations.CreateModel(
            name='InvitationLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('way', models.CharField(choices=[('mailed', 'mailed'), ('copied', 'copied')], max_length=6)),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('bound_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='bids.invitation')),
            ],
        ),
        migrations.CreateModel(
            name='LegalAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('firms', models.TextField()),
                ('kind_of_work', kernel.fields.CleanCharField(blank=True, max_length=200)),
                ('question', models.CharField(max_length=60)),
                ('answer', models.CharField(choices=[('yes', 'yes'), ('no', 'no'), ('maybe', 'maybe')], max_length=10)),
                ('note', kernel.fields.CleanTextField(blank=True)),
                ('answered_at', models.DateTimeField()),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.firm')),
            ],
        ),
        migrations.CreateModel(
            name='LineCost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('cost', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ('note', kernel.fields.CleanTextField(blank=True)),
                ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.firm')),
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='bids.lineitem')),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='bids.part')),
            ],
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('met_on', models.DateField()),
                ('client_name', kernel.fields.CleanCharField(max_length=200)),
                ('contact_name', kernel.fields.CleanCharField(blank=True, max_length=200)),
                ('contact_email', models.EmailField(blank=True, max_length=254)),
                ('contact_phone', kernel.fields.CleanCharField(blank=True, max_length=40)),
                ('wants', kernel.fields.CleanTextField()),
                ('next_step', kernel.fields.CleanCharField(blank=True, max_length=500)),
                ('next_on', models.DateField(blank=True, null=True)),
                ('noted_at', models.DateTimeField()),
                ('bid', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='meeting', to='bids.bid')),
                ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='members.firm')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('photo', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bids.asset')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='OneTimeCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('about', models.UUIDField(db_index=True)),
                ('purpose', models.CharField(max_length=40)),
                ('code_hash', models.BinaryField(max_length=32)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('attempts__lte', 5)), name='a_code_is_tried_at_most_five_times'), models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('used_at__gte', models.F('made_at')), _connector='OR'), name='a_code_is_used_after_it_was_made'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='a_code_lives')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.PositiveIntegerField()),
                ('payload', models.BinaryField()),
                ('content_hash', models.BinaryField(max_length=32)),
                ('prev_hash', models.BinaryField(max_length=32)),
                ('binding', models.BooleanField(default=True)),
                ('expires_at', models.DateTimeField()),
                ('expires_zone', models.CharField(max_length=40)),
                ('frozen_at', models.DateTimeField()),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='bids.bid')),
                ('frozen_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['bid', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('asked', 'asked'), ('reminder', 'reminder'), ('link_renewed', 'link_renewed'), ('code', 'code'), ('price_told', 'price_told'), ('asked_again', 'asked_again'), ('carried_over', 'carried_over'), ('changes_told', 'changes_told'), ('ok_given', 'ok_given'), ('answered', 'answered'), ('suggested', 'suggested'), ('left_out', 'left_out'), ('offer_to_client', 'offer_to_client'), ('offer_sent', 'offer_sent'), ('offer_not_sent', 'offer_not_sent'), ('offer_withdrawn', 'offer_withdrawn'), ('validity_extended', 'validity_extended'), ('group_asked', 'group_asked')], max_length=20)),
                ('to_name', kernel.fields.CleanCharField(blank=True, max_length=200)),
                ('to_email', models.EmailField(max_length=254)),
                ('language', models.CharField(choices=[('fi', 'fi'), ('sv', 'sv'), ('en', 'en')], max_length=2)),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('effect_key', models.CharField(max_length=400, unique=True)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('sending', 'sending'), ('sent', 'sent'), ('bounced', 'bounced'), ('held', 'held'), ('cancelled', 'cancelled')], default='waiting', max_length=9)),
                ('written_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('subject', kernel.fields.CleanCharField(blank=True, max_length=200)),
                ('failure', kernel.fields.CleanCharField(blank=True, max_length=300)),
                ('bid', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='bids.bid')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='bids.group')),
                ('invitation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='bids.invitation')),
                ('part', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='bids.part')),
                ('revision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='bids.revision')),
            ],
        ),
        migrations.AddField(
            model_name='document',
            name='revision',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='bids.revision'),
        ),
        migrations.CreateModel(
            name='RevisionPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part_hash', models.BinaryField(max_length=32)),
                ('frame_hash', models.BinaryField(max_length=32)),
                ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.firm')),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revision_parts', to='bids.part')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revision_parts', to='bids.revision')),
            ],
        ),
        migrations.CreateModel(
            name='RevisionStanding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('frozen', 'frozen'), ('sent', 'sent'), ('accepted', 'accepted'), ('declined', 'declined'), ('expired', 'expired'), ('withdrawn', 'withdrawn'), ('superseded', 'superseded'), ('abandoned', 'abandoned')], default='frozen', max_length=10)),
                ('changed_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('sent_how', models.CharField(blank=True, choices=[('letter', 'letter'), ('own_mail', 'own_mail')], max_length=8)),
                ('expires_at', models.DateTimeField()),
                ('reason', kernel.fields.CleanTextField(blank=True)),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bids.bid')),
                ('revision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='standing', to='bids.revision')),
            ],
        ),
        migrations.CreateModel(
            name='Suggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('target', models.UUIDField()),
                ('changes', models.JSONField()),
                ('before', models.JSONField(default=dict)),
                ('why', kernel.fields.CleanTextField(blank=True)),
                ('made_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'open'), ('taken', 'taken'), ('declined', 'declined'), ('withdrawn', 'withdrawn')], default='open', max_length=9)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='suggestions', to='bids.bid')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by_firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.firm')),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='suggestions', to='bids.part')),
            ],
        ),
        migrations.CreateModel(
            name='ToldPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('price_basis', models.CharField(choices=[('net', 'net'), ('gross', 'gross')], default='net', max_length=5)),
                ('shown', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=2, max_digits=14), size=None)),
                ('told_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'open'), ('confirmed', 'confirmed'), ('wrong', 'wrong'), ('withdrawn', 'withdrawn')], default='open', max_length=9)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='told_prices', to='bids.part')),
                ('told_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ClientLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('contact_name', kernel.fields.CleanCharField(blank=True, max_length=200)),
                ('contact_email', models.EmailField(blank=True, max_length=254)),
                ('scope', models.CharField(choices=[('view', 'view'), ('ask', 'ask'), ('accept', 'accept')], default='view', max_length=6)),
                ('way', models.CharField(choices=[('mailed', 'mailed'), ('copied', 'copied')], default='mailed', max_length=6)),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='client_links', to='bids.bid')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='a_clients_link_lives')],
            },
        ),
        migrations.CreateModel(
            name='GroupMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', kernel.fields.CleanCharField(blank=True, max_length=200)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('phone', kernel.fields.CleanCharField(blank=True, max_length=40)),
                ('usual_share', kernel.fields.CleanCharField(blank=True, max_length=500)),
                ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='group_memberships', to='members.firm')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='bids.group')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('group', 'firm'), name='a_firm_is_in_a_group_once')],
            },
        ),
        migrations.CreateModel(
            name='GroupYes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('rules_version', models.PositiveIntegerField()),
                ('given_at', models.DateTimeField()),
                ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.firm')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='yeses', to='bids.group')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('group', 'firm', 'rules_version'), name='one_yes_per_firm_and_rules')],
            },
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('part',), name='one_standing_invitation_per_part'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('answer_until__gt', models.F('asked_at'))), name='there_is_time_to_answer'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='an_answer_has_its_moment'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('answer__in', ['', 'in', 'no', 'call_me'])), name='an_answer_is_known'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(condition=models.Q(('person__isnull', False)), fields=('person', 'bid', 'place'), name='one_draft_per_person_and_place', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(condition=models.Q(('invitation__isnull', False)), fields=('invitation', 'place'), name='one_draft_per_invitation_and_place'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('invitation__isnull', True), ('person__isnull', False)), models.Q(('invitation__isnull', False), ('person__isnull', True)), _connector='OR'), name='a_draft_has_one_writer'),
        ),
        migrations.AddIndex(
            model_name='approval',
            index=models.Index(fields=['part', 'kind', '-given_at'], name='oks_of_a_part'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['part', 'frame'])), name='an_ok_is_of_a_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('method__in', ['answered', 'tapped', 'sent', 'carried_over'])), name='an_ok_was_given_in_a_known_way'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('person__isnull', False), ('invitation__isnull', False), _connector='OR'), name='somebody_gave_the_ok'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('carried_from__isnull', False), ('method', 'carried_over')), models.Q(models.Q(('method', 'carried_over'), _negated=True), ('carried_from__isnull', True)), _connector='OR'), name='a_carried_ok_names_the_one_it_carries'),
        ),
        migrations.AddConstraint(
            model_name='invitationlink',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='an_invitation_link_lives'),
        ),
        migrations.AddIndex(
            model_name='legalanswer',
            index=models.Index(fields=['lead', 'question'], name='legal_answers_of_a_lead'),
        ),
        migrations.AddConstraint(
            model_name='linecost',
            constraint=models.CheckConstraint(condition=models.Q(('cost__isnull', True), ('cost__gte', 0), _connector='OR'), name='a_cost_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(fields=('bid', 'number'), name='one_version_per_number_in_a_bid'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(fields=('bid', 'content_hash'), name='one_version_per_content_in_a_bid'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='versions_count_from_one'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('frozen_at'))), name='a_version_is_valid_for_a_while'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sending', 'sent', 'bounced', 'held', 'cancelled'])), name='a_letter_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['asked', 'reminder', 'link_renewed', 'code', 'price_told', 'asked_again', 'carried_over', 'changes_told', 'ok_given', 'answered', 'suggested', 'left_out', 'offer_to_client', 'offer_sent', 'offer_not_sent', 'offer_withdrawn', 'validity_extended', 'group_asked'])), name='a_letter_is_of_a_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='a_sent_letter_has_its_moment'),
        ),
        migrations.AddConstraint(
            model_name='revisionpart',
            constraint=models.UniqueConstraint(fields=('revision', 'part'), name='a_version_names_a_part_once'),
        ),
        migrations.AddConstraint(
            model_name='revisionstanding',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['frozen', 'sent', 'accepted', 'declined', 'expired', 'withdrawn', 'superseded', 'abandoned'])), name='a_version_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='revisionstanding',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'frozen')), fields=('bid',), name='one_version_is_being_sent'),
        ),
        migrations.AddConstraint(
            model_name='revisionstanding',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'sent')), fields=('bid',), name='one_version_is_with_the_client'),
        ),
        migrations.AddConstraint(
            model_name='suggestion',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'taken', 'declined', 'withdrawn'])), name='a_suggestion_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='toldprice',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('part',), name='one_told_price_waits_per_part'),
        ),
        migrations.AddConstraint(
            model_name='toldprice',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'confirmed', 'wrong', 'withdrawn'])), name='a_told_price_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='toldprice',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='a_told_price_is_not_negative'),
        ),
        migrations.RunSQL(SALT_OF_EACH, migrations.RunSQL.noop),
        migrations.RunSQL(A_COST_IS_THE_FIRMS_OWN, A_COST_IS_ANYBODYS),
        migrations.RunSQL(A_VERSION_FOLLOWS_THE_LAST_ONE, A_VERSION_FOLLOWS_NOTHING),
        migrations.RunSQL(EVERY_FIRM_HAS_SAID_OK, NOBODY_NEEDS_TO_SAY_OK),
        migrations.RunSQL(WHAT_IS_REVOKED_STAYS_REVOKED, WHAT_IS_REVOKED_CAN_COME_BACK),
        *[append_only(table) for table in ONLY_ADDED_TO],
        grant_app_role(),
    ]
