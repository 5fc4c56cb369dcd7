"""What a worker answers when it is asked through the broker."""

from typing import Any

from celery.worker.control import inspect_command

from controlplane.version import BUILD


@inspect_command()
def code_build(_state: Any) -> str:
    """Which code it runs."""
    return BUILD
