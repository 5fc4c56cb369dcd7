"""`make test`: the suite on a private PostgreSQL, the storage contract on SQLite, and the journeys where there is a
browser or one can be installed. Arguments go to pytest.
"""

import os
import sys
import tempfile

import browser
from steps import Step, python, run


def steps(arguments: list[str], folder: str) -> list[Step]:
    if arguments:
        return [Step("tests", python("-m", "pytest", *arguments))]
    processes = str(min(os.cpu_count() or 1, 4))
    sqlite = {"TEST_DATABASE_URL": f"sqlite:///{folder}/storage.sqlite3"}
    journeys = [browser.step([])] if _has_browser() else []
    without = ["--ignore", "tests/browser"]
    return [
        Step("tests on PostgreSQL", python("-m", "pytest", "-n", processes, "--dist", "loadgroup", *without)),
        Step("storage contract on SQLite", python("-m", "pytest", "-m", "storage", *without), sqlite),
        *journeys,
    ]


def _has_browser() -> bool:
    """In CI one is installed if that can be done; on a person's machine only by `make test-browser`."""
    if browser.browser() is None and "CI" in os.environ and browser.may_install():
        browser.install()
    if browser.browser() is None:
        print("No browser on PATH: the journeys are left out. `make test-browser` says how to have them.", flush=True)
    return browser.browser() is not None


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(run(steps(sys.argv[1:], folder)) > 0)
