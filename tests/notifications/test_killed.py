"""Workers and servers are killed again and again under load, Redis is flushed: every message arrives, and shows once."""

import random
import time

import pytest
import redis

from tests.notifications.deployed import Crowd, Deployment, wait_until
from tests.standins import push

pytestmark = pytest.mark.services  # a minute for each line of VICTIMS: not for the inner loop

KILLS = 50
FLUSHED_EVERY = 10  # kills
SEED = 20261123
LATENCY_S = 0.05  # of the push services: so long a message is taken and nobody knows it
LONGEST_LIFE_S = 0.6
LONGEST_WAIT_S = 3.0  # for a message, where the kill is to fall into its sending
FEWEST_VISITORS = 10
# Who is killed; of several, each time one that is drawn. What stays up of its kind goes on without it.
VICTIMS = {
    "worker": ["worker"],
    "server": ["server"],
    "any of two": ["server", "server-2", "worker", "worker-2"],
}


@pytest.mark.parametrize("name", VICTIMS)
def test_what_was_decided_arrives_and_shows_once_however_often_it_is_killed(
    deployment: Deployment, deployed_services: push.PushServices, name: str
):
    chance, victims, services = random.Random(SEED), VICTIMS[name], deployed_services
    deployment.start("beat", *{"server", "worker"} | set(victims))
    before = sum(deployment.decisions().values())
    services.latency_s = LATENCY_S
    with Crowd(name.replace(" ", "-"), deployment, services, seed=SEED, doubled=len(victims) > 1) as crowd:
        wait_until(lambda: len(crowd.welcomed) > 2, "the first visitors are welcomed")
        for kill in range(1, KILLS + 1):
            _wait_for_a_moment(services, chance, in_sending=kill % 2 == 0)
            _kill_and_start(deployment, chance.choice(victims), kill)
    deployment.wait_until_all_is_sent()

    assert (*crowd.lost_and_doubled(), crowd.unwelcomed, crowd.differing, crowd.refused) == ([], [], 0, 0, {})
    reached = {entry.address for entry in services.ledger.accepted}
    assert deployment.decisions() == {"sent": before + len(reached) // 2}
    assert len(crowd.welcomed) >= FEWEST_VISITORS, "hardly anybody came: nothing was tested"
    resent = len(services.ledger.accepted) - len(reached)
    assert resent > 0 if name == "worker" else crowd.retries > 0, "no kill fell where it hurts: nothing was tested"


def _kill_and_start(deployment: Deployment, victim: str, kill: int) -> None:
    deployment.kill(victim)
    if kill % FLUSHED_EVERY == 0:
        redis.Redis.from_url(deployment.redis_url).flushall()
    deployment.start(victim)


def _wait_for_a_moment(services: push.PushServices, chance: random.Random, *, in_sending: bool) -> None:
    """Return at a moment drawn from a life; or while a push service has taken a message and not yet answered."""
    if not in_sending:
        time.sleep(chance.uniform(0, LONGEST_LIFE_S))
        return
    before, deadline = len(services.ledger.entries), time.monotonic() + LONGEST_WAIT_S
    while len(services.ledger.entries) == before and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, LATENCY_S / 2))
