from django.db import migrations

from controlplane.roles import create_roles


def create(apps, schema_editor):
    create_roles(apps, schema_editor.connection.alias)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
        ("events", "0002_identity_by_event_id"),
        ("routing", "0003_numbers_and_revisions"),
        ("dlq", "0002_operation"),
    ]

    operations = [migrations.RunPython(create, migrations.RunPython.noop, elidable=False)]
