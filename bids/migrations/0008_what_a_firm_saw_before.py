"""A part keeps what its firm last saw besides its own promises, and a letter tells that an offer was closed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bids', '0007_what_a_firm_is_told_of'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='letter',
            name='a_letter_is_of_a_known_kind',
        ),
        migrations.AddField(
            model_name='part',
            name='told_seen',
            field=models.BinaryField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='letter',
            name='kind',
            field=models.CharField(choices=[('asked', 'asked'), ('reminder', 'reminder'), ('link_renewed', 'link_renewed'), ('code', 'code'), ('price_told', 'price_told'), ('asked_again', 'asked_again'), ('carried_over', 'carried_over'), ('changes_told', 'changes_told'), ('ok_given', 'ok_given'), ('answered', 'answered'), ('suggested', 'suggested'), ('left_out', 'left_out'), ('offer_to_client', 'offer_to_client'), ('offer_sent', 'offer_sent'), ('offer_not_sent', 'offer_not_sent'), ('offer_withdrawn', 'offer_withdrawn'), ('offer_closed', 'offer_closed'), ('validity_extended', 'validity_extended'), ('group_asked', 'group_asked')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['asked', 'reminder', 'link_renewed', 'code', 'price_told', 'asked_again', 'carried_over', 'changes_told', 'ok_given', 'answered', 'suggested', 'left_out', 'offer_to_client', 'offer_sent', 'offer_not_sent', 'offer_withdrawn', 'offer_closed', 'validity_extended', 'group_asked'])), name='a_letter_is_of_a_known_kind'),
        ),
    ]
