from django.db import migrations

from controlplane.roles import OF_AUDIT, grant_later


def grant(apps, schema_editor):
    grant_later(apps, schema_editor.connection.alias, OF_AUDIT)


class Migration(migrations.Migration):

    dependencies = [
        ("controlplane", "0003_pii_roles"),
        ("events", "0004_audit"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop, elidable=False)]
