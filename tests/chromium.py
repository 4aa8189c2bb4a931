"""Find the browser of the journeys, or install it where we may: `python -m tests.chromium`."""

import os
import shutil
import subprocess
import sys

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium", "fonts-noto-core")


def executable() -> str | None:
    """Return the path of the system's Chromium, or None."""
    return next((path for program in PROGRAMS if (path := shutil.which(program))), None)


def main() -> str | None:
    """Return None when there is a browser, else what to do."""
    if executable():
        return None
    advice = f"The journeys need a browser: apt-get install {' '.join(PACKAGES)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return advice
    print("Installing Chromium ...", flush=True)  # noqa: T201
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
        subprocess.run(["apt-get", *arguments], env=environment, check=False, stdout=subprocess.DEVNULL)
    return None if executable() else advice


if __name__ == "__main__":
    sys.exit(main())
