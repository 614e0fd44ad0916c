import django.db.models.deletion
import uuid
from django.db import migrations, models

from kernel.chain_sql import LINKING_TRIGGER, LOCKING_FUNCTION
from kernel.migrations_sql import (
    GRANTING_FUNCTION,
    REFUSING_FUNCTION,
    append_only,
    grant_app_role,
    kept_while,
    unchangeable,
)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chain", models.UUIDField()),
                ("seq", models.PositiveBigIntegerField()),
                ("prev_hash", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
                ("type", models.CharField(max_length=80)),
                ("subject", models.CharField(max_length=80)),
                ("actor", models.CharField(max_length=80)),
                ("actor_firm", models.UUIDField(blank=True, null=True)),
                ("at", models.DateTimeField()),
                ("facts", models.JSONField(default=dict)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("chain", "seq"), name="one_event_per_place_in_a_chain"),
                    models.UniqueConstraint(fields=("chain", "prev_hash"), name="a_chain_does_not_fork"),
                    models.CheckConstraint(condition=models.Q(("seq__gte", 1)), name="a_chain_starts_at_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("topic", models.CharField(max_length=80)),
                ("effect_key", models.CharField(max_length=400, unique=True)),
                ("payload", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("claim", models.UUIDField(blank=True, null=True)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField()),
                ("woken_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["due_at"], name="outbox_waiting_by_due_at"
                    ),
                    models.Index(
                        condition=models.Q(("state", "running")), fields=["lease_until"], name="outbox_running_by_lease"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "running", "done", "failed"])),
                        name="a_message_is_in_a_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("claim__isnull", False), ("lease_until__isnull", False), ("state", "running")),
                            models.Q(
                                models.Q(("state", "running"), _negated=True),
                                ("claim__isnull", True),
                                ("lease_until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="a_message_is_held_exactly_while_it_runs",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditIdentity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                ("value", models.TextField()),
                ("salt", models.BinaryField(max_length=32)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="identities", to="kernel.auditevent"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("event", "name"), name="one_identity_per_event_and_name")
                ],
            },
        ),
        REFUSING_FUNCTION,
        GRANTING_FUNCTION,
        grant_app_role(),
        LOCKING_FUNCTION,
        LINKING_TRIGGER,
        append_only("kernel_auditevent"),
        unchangeable("kernel_auditidentity"),
        kept_while("kernel_outboxmessage", condition="OLD.state <> 'done'"),
    ]
