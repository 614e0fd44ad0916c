"""What was agreed can be changed: the fields that say which change an offer, a version and a yes are about."""

import kernel.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bids', '0013_what_is_drawn_of_a_yes'),
        ('members', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='approval',
            name='an_ok_was_given_in_a_known_way',
        ),
        migrations.RemoveConstraint(
            model_name='decisionstanding',
            name='one_yes_stands_in_an_offer',
        ),
        migrations.RemoveConstraint(
            model_name='letter',
            name='a_letter_is_of_a_known_kind',
        ),
        migrations.AddField(
            model_name='bid',
            name='change_reason',
            field=kernel.fields.CleanTextField(blank=True, db_default=''),
        ),
        migrations.AddField(
            model_name='bid',
            name='changing',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='decisionstanding',
            name='change',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='part',
            name='gone_in',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='part',
            name='gone_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='part',
            name='gone_why',
            field=models.CharField(blank=True, choices=[('bankrupt', 'bankrupt'), ('ended', 'ended'), ('ill', 'ill'), ('other', 'other')], db_default='', max_length=8),
        ),
        migrations.AddField(
            model_name='revision',
            name='change',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name='approval',
            name='method',
            field=models.CharField(choices=[('answered', 'answered'), ('tapped', 'tapped'), ('sent', 'sent'), ('carried_over', 'carried_over'), ('agreed', 'agreed')], max_length=12),
        ),
        migrations.AlterField(
            model_name='document',
            name='kind',
            field=models.CharField(choices=[('change_pdf', 'change_pdf'), ('offer_pdf', 'offer_pdf'), ('twin_json', 'twin_json'), ('twin_ubl', 'twin_ubl')], max_length=10),
        ),
        migrations.AlterField(
            model_name='letter',
            name='kind',
            field=models.CharField(choices=[('asked', 'asked'), ('reminder', 'reminder'), ('link_renewed', 'link_renewed'), ('code', 'code'), ('price_told', 'price_told'), ('asked_again', 'asked_again'), ('carried_over', 'carried_over'), ('changes_told', 'changes_told'), ('ok_given', 'ok_given'), ('answered', 'answered'), ('suggested', 'suggested'), ('left_out', 'left_out'), ('offer_to_client', 'offer_to_client'), ('offer_sent', 'offer_sent'), ('offer_not_sent', 'offer_not_sent'), ('offer_withdrawn', 'offer_withdrawn'), ('offer_closed', 'offer_closed'), ('validity_extended', 'validity_extended'), ('group_asked', 'group_asked'), ('decision_code', 'decision_code'), ('decision_receipt', 'decision_receipt'), ('decision_recorded', 'decision_recorded'), ('decision_objected', 'decision_objected'), ('decision_annulled', 'decision_annulled'), ('offer_accepted', 'offer_accepted'), ('offer_declined', 'offer_declined'), ('counter_offer', 'counter_offer'), ('question_asked', 'question_asked'), ('answer_drafted', 'answer_drafted'), ('question_answered', 'question_answered'), ('changes_asked', 'changes_asked'), ('changes_answered', 'changes_answered'), ('firm_gone', 'firm_gone'), ('change_cancelled', 'change_cancelled'), ('own_copy', 'own_copy')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('method__in', ['answered', 'tapped', 'sent', 'carried_over', 'agreed'])), name='an_ok_was_given_in_a_known_way'),
        ),
        migrations.AddConstraint(
            model_name='decisionstanding',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'accept'), ('state', 'standing')), fields=('bid', 'change'), name='one_yes_stands_in_an_offer_and_in_a_change'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['asked', 'reminder', 'link_renewed', 'code', 'price_told', 'asked_again', 'carried_over', 'changes_told', 'ok_given', 'answered', 'suggested', 'left_out', 'offer_to_client', 'offer_sent', 'offer_not_sent', 'offer_withdrawn', 'offer_closed', 'validity_extended', 'group_asked', 'decision_code', 'decision_receipt', 'decision_recorded', 'decision_objected', 'decision_annulled', 'offer_accepted', 'offer_declined', 'counter_offer', 'question_asked', 'answer_drafted', 'question_answered', 'changes_asked', 'changes_answered', 'firm_gone', 'change_cancelled', 'own_copy'])), name='a_letter_is_of_a_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='part',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('gone_in__isnull', True), ('gone_on__isnull', True), ('gone_why', '')), models.Q(('gone_in__gte', 1), ('gone_on__isnull', False), ('gone_why__in', ['bankrupt', 'ended', 'ill', 'other']), models.Q(('role', 'lead'), _negated=True)), _connector='OR'), name='a_partner_that_is_gone_went_some_day_for_some_reason'),
        ),
    ]
