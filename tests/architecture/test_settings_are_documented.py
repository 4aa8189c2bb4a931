"""`.env.example` names every setting, and none that is not there; production refuses to start without its secrets."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

# How many processes uvicorn starts.
READ_BY_OTHERS = {"WEB_CONCURRENCY"}
ROOT = Path(__file__).resolve().parents[2]


def settings_read_by_the_code() -> set[str]:
    sources = [path.read_text() for path in ROOT.glob("config/*.py")]
    pattern = r'(?:env\.\w+|_required_in_production)\(\s*"([A-Z_]+)"'
    return {name for source in sources for name in re.findall(pattern, source)}


def settings_of_the_example() -> set[str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return {line.split("=")[0] for line in lines if re.match(r"[A-Z_]+=", line)}


def test_the_example_names_every_setting_and_no_other() -> None:
    assert settings_of_the_example() == settings_read_by_the_code() | READ_BY_OTHERS


@pytest.mark.parametrize("missing", ["DALIL_SECRET_KEY", "DATABASE_URL", "REDIS_URL", "DALIL_ALLOWED_HOSTS"])
def test_production_refuses_to_start_without(missing: str, tmp_path: Path) -> None:
    secrets = {
        "DALIL_SECRET_KEY": "x" * 50,
        "DATABASE_URL": "postgres://dalil@127.0.0.1:1/dalil",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "DALIL_ALLOWED_HOSTS": "dalil.example",
    }
    base = {key: value for key, value in os.environ.items() if key not in secrets}
    environment = base | secrets | {"DALIL_ENVIRONMENT": "production", "DALIL_DATA_ROOT": str(tmp_path)}
    complete, incomplete = (
        subprocess.run(
            [sys.executable, "-c", "import config.settings"],
            env=env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        for env in (environment, environment | {missing: ""})
    )
    assert complete.returncode == 0, complete.stderr
    assert incomplete.returncode != 0
    assert f"{missing} must be set in production" in incomplete.stderr
