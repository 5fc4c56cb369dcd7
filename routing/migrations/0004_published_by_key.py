import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0002_identity_by_event_id'),
        ('routing', '0003_numbers_and_revisions'),
    ]

    operations = [
        migrations.AddField(
            model_name='routingtable',
            name='published_by_key',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='events.apikey'),
        ),
    ]
