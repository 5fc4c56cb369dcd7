"""The image: built from pinned requirements, without rights, and with nothing in it that builds."""

import re
import sys

from tests.deploy.files import DEPLOY, ROOT, run

TEXT = (DEPLOY / "Dockerfile").read_text()
BUILD, FINAL = (stage for stage in re.split(r"^FROM ", TEXT, flags=re.MULTILINE)[1:])


def test_it_is_built_in_two_stages_of_the_same_python() -> None:
    assert BUILD.startswith("python:${PYTHON} AS build")
    assert FINAL.startswith("python:${PYTHON}\n")
    assert re.search(r"ARG PYTHON=3\.1[1-4]-slim", TEXT)


def test_it_runs_as_a_user_without_rights() -> None:
    assert re.search(r"^USER 10001:10001$", FINAL, re.MULTILINE)
    assert FINAL.index("USER 10001") < FINAL.index("CMD")


def test_nothing_is_installed_in_what_runs() -> None:
    assert "apt-get" not in TEXT
    assert "pip install" not in FINAL
    assert "--only-binary :all:" in BUILD


def test_everything_that_is_copied_is_there_and_let_through() -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+)", BUILD, re.MULTILINE)
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()

    assert ignored[0] == "*"
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in ignored


def test_the_static_files_are_collected_as_the_build_does() -> None:
    [line] = re.findall(r"RUN (ENVIRONMENT.*?) \\\n", TEXT)
    told = {"DJANGO_SETTINGS_MODULE": "controlplane.settings", **dict(word.split("=", 1) for word in line.split())}

    planned = run(sys.executable, "manage.py", "collectstatic", "--noinput", "--dry-run", **told)

    assert planned.returncode == 0, planned.stderr
    assert int(re.findall(r"(\d+) static files", planned.stdout)[0]) > 100


def test_the_static_files_can_be_collected_in_development_too() -> None:
    planned = run(sys.executable, "manage.py", "collectstatic", "--noinput", "--dry-run", ENVIRONMENT="development")

    assert planned.returncode == 0, planned.stderr
    assert int(re.findall(r"(\d+) static files", planned.stdout)[0]) > 100
