from django.db import migrations

from controlplane.roles import OF_THE_REGISTRY, grant_later


def grant(apps, schema_editor):
    grant_later(apps, schema_editor.connection.alias, OF_THE_REGISTRY)


class Migration(migrations.Migration):

    dependencies = [
        ("controlplane", "0001_roles"),
        ("events", "0003_schema_registry"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop, elidable=False)]
