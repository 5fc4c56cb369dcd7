from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dlq", "0003_operation_as_of")]

    operations = [
        migrations.AddField(
            "operation",
            "rate",
            models.PositiveIntegerField(null=True, help_text="At most so many a second; null: as fast as it goes."),
        ),
        migrations.AddField("operation", "due_at", models.DateTimeField(null=True, editable=False)),
    ]
