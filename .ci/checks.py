"""`make check`: lint, format, types, layers, migrations, the API's contract and the settings of production."""

import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from steps import Step, python, run

ROOT = Path(__file__).resolve().parent.parent
OPENAPI = ROOT / "docs" / "openapi.yaml"
TYPED = ["controlplane", "dlq", "routing", "events", "tests", "benchmarks", "bootstrap.py", "manage.py"]
SCRIPTS = [".ci/checks.py", ".ci/tests.py", ".ci/browser.py"]
# In memory: no check may leave a database behind.
DEVELOPMENT = {"ENVIRONMENT": "development", "SECRET_KEY": "checks-only", "DATABASE_URL": "sqlite://:memory:"}
# What a deployment sets, and nothing else; the passwords belong to nothing.
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "DATABASE_URL": "postgres://controlplane:f3o9vK2mQx@database.internal:5432/controlplane",
    "REDIS_URL": "redis://:Vb81nQw0Ls@redis.internal:6379/0",
    "ALLOWED_HOSTS": "events.example.com",
    "PII_KEK": "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
}


def steps() -> list[Step]:
    script = str(Path(__file__).resolve())
    manage = python("manage.py")
    return [
        Step("ruff check", python("-m", "ruff", "check", ".")),
        Step("ruff format", python("-m", "ruff", "format", "--check", ".")),
        Step("mypy --strict", python("-m", "mypy", *(name for name in TYPED if (ROOT / name).exists()))),
        Step(
            "mypy .ci",
            python("-m", "mypy", "--config-file", "pyproject.toml", *SCRIPTS),
        ),
        Step("import-linter", [shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or "lint-imports"]),
        Step("migrations in step", [*manage, "makemigrations", "--check", "--dry-run"], DEVELOPMENT),
        Step("docs/openapi.yaml in step", python(script, "--compare-openapi")),
        Step("settings of production", [*manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
    ]


def generate_openapi(to: Path) -> None:
    words = ["spectacular", "--file", str(to), "--validate", "--fail-on-warn"]
    subprocess.run(python("manage.py", *words), env={**os.environ, **DEVELOPMENT}, check=True)


def compare_openapi() -> int:
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "openapi.yaml"
        generate_openapi(fresh)
        old = OPENAPI.read_text().splitlines() if OPENAPI.exists() else []
        difference = list(
            difflib.unified_diff(old, fresh.read_text().splitlines(), str(OPENAPI.name), "the code", lineterm="")
        )
    if difference:
        print("\n".join(difference[:60]), "\n`make openapi` writes it anew.")
    return bool(difference)


if __name__ == "__main__":
    if "--write-openapi" in sys.argv:
        generate_openapi(OPENAPI)
    elif "--compare-openapi" in sys.argv:
        sys.exit(compare_openapi())
    else:
        sys.exit(run(steps()) > 0)
