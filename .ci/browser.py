"""`make test-browser`: the journeys in a real browser. Chromium comes from the system; where it is missing and may be
installed (Debian, as root), it is. Arguments go to pytest.
"""

import os
import shutil
import subprocess
import sys

from steps import Step, python, run

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
INSTALL = (["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"])
INSTALL_SECONDS = 300


def browser() -> str | None:
    """Where Chromium is, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install() -> None:
    """From Debian's archive, if that can be reached."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in INSTALL:
        try:
            subprocess.run(command, env=environment, check=True, timeout=INSTALL_SECONDS, stdout=subprocess.DEVNULL)
        except (subprocess.SubprocessError, OSError) as error:
            print(f"Chromium could not be installed: {type(error).__name__}", flush=True)
            return


def step(arguments: list[str]) -> Step:
    # One after the other in one process: they share a demo and a browser.
    return Step("journeys in a browser", python("-m", "pytest", "tests/browser", *arguments))


if __name__ == "__main__":
    if browser() is None and may_install():
        install()
    if browser() is None:
        sys.exit(f"No browser: put one of {', '.join(NAMES)} on PATH.")
    sys.exit(run([step(sys.argv[1:])]) > 0)
