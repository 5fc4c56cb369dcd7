"""`make test`: the suite on a private PostgreSQL, then the storage contract on SQLite. Arguments go to pytest."""

import os
import sys
import tempfile

from steps import Step, python, run


def steps(arguments: list[str], folder: str) -> list[Step]:
    if arguments:
        return [Step("tests", python("-m", "pytest", *arguments))]
    processes = str(min(os.cpu_count() or 1, 4))
    sqlite = {"TEST_DATABASE_URL": f"sqlite:///{folder}/storage.sqlite3"}
    return [
        Step("tests on PostgreSQL", python("-m", "pytest", "-n", processes, "--dist", "loadgroup")),
        Step("storage contract on SQLite", python("-m", "pytest", "-m", "storage"), sqlite),
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(run(steps(sys.argv[1:], folder)) > 0)
