from django.apps import AppConfig


class ControlPlaneConfig(AppConfig):
    name = "controlplane"
    verbose_name = "Control plane"

    def ready(self) -> None:
        # Registers the checks, and makes our Celery app the one that tasks are sent with in every process.
        from controlplane import celery, checks  # noqa: F401
