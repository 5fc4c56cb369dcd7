#!/usr/bin/env python
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controlplane.settings")
    # What a command answers is on stdout; beside it people read what it did.
    os.environ.setdefault("LOG_STREAM", "stderr")
    os.environ.setdefault("LOG_FORMAT", "text")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
