from django.db import migrations

from controlplane.roles import OF_PII, grant_later


def grant(apps, schema_editor):
    grant_later(apps, schema_editor.connection.alias, OF_PII)


class Migration(migrations.Migration):

    dependencies = [
        ("controlplane", "0002_registry_roles"),
        ("events", "0006_pii_policies"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop, elidable=False)]
