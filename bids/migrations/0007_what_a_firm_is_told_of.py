"""A part keeps the hash of what its firm sees besides its own promises, so that a change of it can be told."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bids', '0006_what_is_sent_moves_on'),
    ]

    operations = [
        migrations.AddField(
            model_name='part',
            name='told_hash',
            field=models.BinaryField(blank=True, max_length=32, null=True),
        ),
    ]
