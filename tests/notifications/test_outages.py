"""Redis and PostgreSQL fail in mid-walk: phones are told to come again, everything comes back by itself, nothing is lost or doubled."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql
from redis import Redis

from tests import servers
from tests.notifications.deployed import Crowd, Deployment, wait_until
from tests.standins import push

pytestmark = pytest.mark.services

SEED = 20261123
AWAY_S = 1.5


@dataclass
class Outages:
    """What is done to the services of a deployment."""

    deployment: Deployment

    def flush_redis(self) -> None:
        self._redis().flushall()

    def restart_redis(self) -> None:
        """Take Redis away for a while; what it held is gone."""
        self.deployment.redis.close()
        time.sleep(AWAY_S)
        self.deployment.redis.enter_context(servers.redis(urlsplit(self.deployment.redis_url).port))

    def fill_redis(self) -> None:
        """Let Redis take nothing more for a while. A worker whose task it does not acknowledge ends: whoever watches it starts it again."""
        self._redis().config_set("maxmemory-policy", "noeviction")
        self._redis().config_set("maxmemory", "1mb")
        time.sleep(AWAY_S)
        self._redis().config_set("maxmemory", "0")
        for name in ("worker", "beat"):
            self.deployment.kill(name)
            self.deployment.start(name)

    def drop_connections(self) -> None:
        with self._postgres() as connection:
            _terminate(connection, self._database())

    def refuse_connections(self) -> None:
        """Take the database away for a while, as seen by everybody but its owner."""
        database = self._database()
        allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        with self._postgres() as connection:
            connection.execute(allow.format(sql.Identifier(database), sql.SQL("false")))
            _terminate(connection, database)
            time.sleep(AWAY_S)
            connection.execute(allow.format(sql.Identifier(database), sql.SQL("true")))

    def hold_rows(self) -> None:
        """Keep the rows of all who are here locked for a while, as a slow transaction does."""
        with psycopg.connect(self.deployment.database_url) as connection:
            connection.execute("SELECT 1 FROM visitors_visitor FOR UPDATE")
            time.sleep(AWAY_S)

    def _redis(self) -> "Redis":
        return Redis.from_url(self.deployment.redis_url)

    def _postgres(self) -> psycopg.Connection:
        return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)

    def _database(self) -> str:
        return urlsplit(self.deployment.database_url).path.removeprefix("/")


def _terminate(connection: psycopg.Connection, database: str) -> None:
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
        [database],
    )


OUTAGES: list[tuple[Callable[[Outages], None], set[str]]] = [
    (Outages.flush_redis, set()),
    (Outages.restart_redis, {"cache_busy"}),
    (Outages.fill_redis, {"cache_busy"}),
    (Outages.drop_connections, {"database_busy"}),
    (Outages.refuse_connections, {"database_busy"}),
    (Outages.hold_rows, set()),
]
"""What is done, and with which problems requests may be refused meanwhile."""


@pytest.fixture
def outages(deployment: Deployment) -> Outages:
    deployment.start("server", "worker", "beat")
    return Outages(deployment)


@pytest.mark.parametrize(("fail", "problems"), OUTAGES, ids=[fail.__name__ for fail, _ in OUTAGES])
def test_who_walks_through_an_outage_is_told_to_come_again_and_loses_nothing(
    outages: Outages, deployed_services: push.PushServices, fail: Callable[[Outages], None], problems: set[str]
) -> None:
    before = sum(outages.deployment.decisions().values())
    with Crowd(fail.__name__, outages.deployment, deployed_services, seed=SEED) as crowd:
        wait_until(lambda: crowd.welcomed, "the first visitor is welcomed")
        fail(outages)
        back = len(crowd.welcomed)
        wait_until(lambda: len(crowd.welcomed) > back + 2, "visitors are welcomed again")
    outages.deployment.wait_until_all_is_sent()

    assert (*crowd.lost_and_doubled(), crowd.unwelcomed) == ([], [], 0)
    assert outages.deployment.decisions() == {"sent": before + len(crowd.welcomed)}
    assert set(crowd.refused) <= {(503, code, "1") for code in problems}
    assert crowd.retries == 0
