"""The same code as it is deployed: production settings, PostgreSQL, Redis, a Celery worker and beat of their own."""

import json
import os
from collections.abc import Iterator

import httpx
import pytest

from tests import servers
from tests.journeys.serving import Server, serving

pytestmark = pytest.mark.journey

CELERY = ("-m", "celery", "-A", "config")


@pytest.fixture
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("deployed")
    with servers.postgres() as database, servers.redis() as redis:
        environment = os.environ | {
            "DALIL_ENVIRONMENT": "production",
            "DALIL_SECRET_KEY": "only-for-this-test-" * 3,
            "DALIL_ALLOWED_HOSTS": "127.0.0.1",
            "DALIL_DATA_ROOT": str(folder),
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "WEB_CONCURRENCY": "2",
        }
        worker = [*CELERY, "worker", "--pool", "solo", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
        beat = [*CELERY, "beat", "--loglevel", "WARNING", "--schedule", str(folder / "schedule")]
        with serving(environment, beside=[worker, beat]) as running:
            yield running


def test_a_visitor_is_guided_and_welcomed_by_separate_processes(deployed: Server) -> None:
    page = httpx.get(deployed.url)
    script = page.text.split('src="')[1].split('"')[0]
    asset = httpx.get(deployed.url + script)
    assert (page.status_code, asset.status_code) == (200, 200)
    assert "immutable" in asset.headers["Cache-Control"]
    walking = deployed.manage(
        "simulate_visitor", "msheireb", "--from", "Barahat Msheireb", "--to", "Bin Jelmood House",
        "--speed", "15", "--duplicate", "0.1", "--reorder", "0.1", "--server", deployed.url, "--json",
    )  # fmt: skip
    output, _ = walking.communicate(timeout=300)
    assert walking.returncode == 0, output
    report = json.loads(output.splitlines()[-1])
    assert report["arrived"]
    assert [message["campaign"] for message in report["messages"]] == ["Welcome to the Heritage Quarter"]
    assert report["level_hit"] > 0.9
    assert report["error_m"]["median"] < 10
