"""What a first page told is held for the button of a letter, which stands beside the code."""

import django.db.models.deletion
from django.db import migrations, models

import kernel.fields


class Migration(migrations.Migration):
    """One table, and the button of a code."""

    dependencies = [
        ("bids", "0025_a_certificate_is_drawn_anew"),
    ]

    operations = [
        migrations.CreateModel(
            name="HeldAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[("accept", "accept"), ("decline", "decline"), ("object", "object")], max_length=7
                    ),
                ),
                ("nonce", models.UUIDField(unique=True)),
                ("chosen", models.JSONField()),
                ("name", kernel.fields.CleanCharField(blank=True, max_length=200)),
                ("language", models.CharField(choices=[("fi", "fi"), ("sv", "sv"), ("en", "en")], max_length=2)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name="onetimecode",
            name="button_attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="onetimecode",
            name="button_hash",
            field=models.BinaryField(blank=True, max_length=32, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="onetimecode",
            name="form",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="onetimecode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("button_hash__isnull", True), ("form__isnull", True)),
                    models.Q(("button_hash__isnull", False), ("form__isnull", False)),
                    _connector="OR",
                ),
                name="a_button_is_of_a_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="onetimecode",
            constraint=models.CheckConstraint(
                condition=models.Q(("button_attempts__lte", 2), ("button_attempts__lte", models.F("attempts"))),
                name="a_button_is_tried_at_most_twice",
            ),
        ),
        migrations.AddField(
            model_name="heldanswer",
            name="link",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="held_answers", to="bids.clientlink"
            ),
        ),
        migrations.AddField(
            model_name="heldanswer",
            name="revision",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="bids.revision"),
        ),
        migrations.AddConstraint(
            model_name="heldanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("act__in", ["accept", "decline", "object"])),
                name="a_held_answer_is_of_a_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="heldanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("made_at"))), name="a_held_answer_lives"
            ),
        ),
        migrations.AddConstraint(
            model_name="heldanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act", "accept"), _negated=True), models.Q(("name", ""), _negated=True), _connector="OR"
                ),
                name="a_held_yes_bears_a_name",
            ),
        ),
    ]
