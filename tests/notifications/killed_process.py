"""Server, worker and beat as they are deployed, to be killed: `python -m tests.notifications.killed_process`.

It loads everything once and forks for each order, a line on its standard input, so that a hundred kills take a minute:

* `prepare`                    make the database: the small map with beacons, and a welcome to whoever enters its lawn
* `server PORT`, `worker`, `beat`   answer with the id of a process that works from then on until it is killed
* `bury ID`                    wait until that one is dead
"""

import os
import socket
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from importlib import import_module

from django.core.checks import run_checks

# A killed worker's deliveries are due again when its lease ends: a minute is too long for a test, the rest is as deployed.
LEASE_S = 1.0
Ready = Callable[[], object]
# What a life would import first of all, and has from birth.
LOADED = (
    "celery.apps.worker", "celery.concurrency.solo", "celery.worker.consumer", "kombu.transport.redis",
    "firebase_admin.messaging", "pywebpush", "notifications.transports.firebase", "redis.asyncio",
    "uvicorn.lifespan.on", "uvicorn.loops.auto", "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)  # fmt: skip
SLUG = "small"
SECTION = "west section"


def main() -> None:
    import config.asgi  # sets Django up

    assert config.asgi.application is not None
    for name in LOADED:
        import_module(name)
    run_checks()  # a worker does it when it starts: what it loads is loaded now
    for line in sys.stdin:
        order, *arguments = line.split()
        match order:
            case "prepare":
                _prepare()
                _say("prepared")
            case "server":
                _fork(partial(_serve, int(arguments[0])))
            case "worker":
                _fork(_work)
            case "beat":
                _fork(_beat)
            case "bury":
                os.waitpid(int(arguments[0]), 0)
                _say("buried")


def _prepare() -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from beacons.services import deployments, positioning, registry
    from navigation.services import graphs, releases
    from notifications.services import campaigns, outbox
    from tests.navigation.crowd import beacons_csv
    from tests.venues.publishing_work import leave_the_database
    from tests.venues.small_map import id_of, small_map
    from venues.services import importing

    now = timezone.now() - timedelta(hours=1)
    call_command("migrate", verbosity=0)
    draft = importing.import_features(slug=SLUG, features=small_map(), time_zone="Asia/Qatar", by=None, now=now)
    venue = releases.release(draft=draft, by=None, now=now).venue
    registry.import_csv(venue=venue, text=beacons_csv(), now=now)
    deployments.publish(venue=venue, now=now)
    text = {"title": "Welcome to the lawn", "body": "Mind the grass"}
    values = {
        "name": "Lawn", "kind": "service", "trigger": "enter", "cap": "ever", "zones": [str(id_of(SECTION))],
        "content": {"en": text, "ar": text, "fr": text},
    }  # fmt: skip
    campaigns.start(campaign=campaigns.create(venue=venue, values=values, by=None, now=now), by=None, now=now)
    outbox.LEASE = timedelta(seconds=LEASE_S)
    graphs.warm_up()
    positioning.warm_up()
    leave_the_database()


def _serve(port: int, ready: Ready) -> None:
    import asyncio

    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready()

    settings = uvicorn.Config("config.asgi:application", port=port, log_level="warning", lifespan="on")
    asyncio.run(Server(settings).serve())


def _work(ready: Ready) -> None:
    from celery.signals import worker_ready

    from config.celery import app

    worker_ready.connect(lambda **_: ready(), weak=False)
    app.Worker(
        pool="solo", loglevel="ERROR", without_gossip=True, without_mingle=True, without_heartbeat=True, quiet=True
    ).start()


def _beat(ready: Ready) -> None:
    from celery import beat

    from config.celery import app

    ready()
    beat.Service(app, scheduler_cls=beat.Scheduler).start()


def _fork(work: Callable[[Ready], object]) -> None:
    """Do the work in a process of its own, which has all that this one has loaded, and answers with its id when ready."""
    if os.fork() != 0:
        return
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what else it prints is no answer
    try:
        work(lambda: os.write(answers, f"{os.getpid()}\n".encode()))
    except BaseException:
        sys.excepthook(*sys.exc_info())
    os._exit(1)


def _say(answer: object) -> None:
    os.write(sys.stdout.fileno(), f"{answer}\n".encode())


if __name__ == "__main__":
    main()
