from django.db import migrations


# TRUNCATE fires no trigger of rows: without this one, whoever owns the table could empty it and begin a new chain.
REFUSE = """
CREATE TRIGGER events_auditrecord_no_truncate BEFORE TRUNCATE ON events_auditrecord
    FOR EACH STATEMENT EXECUTE FUNCTION events_auditrecord_refuse()
"""
ALLOW = "DROP TRIGGER events_auditrecord_no_truncate ON events_auditrecord"


def refuse(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REFUSE)


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ALLOW)


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0008_name_policy_sets'),
    ]

    operations = [
        migrations.RunPython(refuse, allow),
    ]
