from django.db import migrations

WAS, IS = "published PII policies", "published set of PII policies"


def rename(apps, schema_editor, was=WAS, now=IS):
    """Django names permissions when it makes them, and never again."""
    permissions = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    for permission in permissions.filter(content_type__app_label="events", content_type__model="piipolicyset"):
        permission.name = permission.name.replace(was, now)
        permission.save(update_fields=["name"])


def back(apps, schema_editor):
    rename(apps, schema_editor, was=IS, now=WAS)


class Migration(migrations.Migration):

    dependencies = [
        ("controlplane", "0004_audit_roles"),
        ("events", "0008_name_policy_sets"),
    ]

    operations = [migrations.RunPython(rename, back, elidable=False)]
