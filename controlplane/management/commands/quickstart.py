from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from controlplane.quickstart.errors import QuickstartError
from controlplane.quickstart.output import Output
from controlplane.quickstart.run import Quickstart


class Command(BaseCommand):
    help = "Run the demo: find or start what it needs, seed it, watch it. Ctrl-C ends it."
    # The environment it needs is the one it makes.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            Quickstart(Path(settings.BASE_DIR), Output()).run()
        except QuickstartError as error:
            raise CommandError(str(error)) from error
