from django.db import migrations

from events.shards import SHARDS


def create_leases(apps, schema_editor):
    lease = apps.get_model("routing", "ShardLease")
    lease.objects.bulk_create([lease(shard=n) for n in range(SHARDS)], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("routing", "0001_initial")]

    operations = [migrations.RunPython(create_leases, migrations.RunPython.noop)]
