"""A process that publishes a small map over and over, to be killed: `python -m tests.venues.publishing_process`.

It loads everything once and forks for each order, a line on its standard input, so that a hundred kills take seconds:

* `prepare`       make the database, publish the first maps, answer with the seconds that a release takes;
* `publish`       answer with the id of a process that edits and releases until it is killed;
* `bury`          wait until that one is dead;
* `check NUMBER`  answer with the `publishing_work.Report` on everything after publication NUMBER, as JSON.
"""

import os
import sys
from collections.abc import Callable
from functools import partial

import django


def main() -> None:
    django.setup()
    from tests.venues import publishing_work  # what it imports needs Django to be set up

    publishing_work.warm_up()
    running = 0
    for line in sys.stdin:
        order, *arguments = line.split()
        match order:
            case "prepare":
                _say(publishing_work.prepare())  # here, not in a fork: what it loads, every fork has
            case "publish":
                running = _fork(partial(publishing_work.publish_while, os.getpid()))
                _say(running)
            case "bury":
                os.waitpid(running, 0)
                _say("buried")
            case "check":
                os.waitpid(_fork(partial(_say_check, publishing_work.check, int(arguments[0]))), 0)


def _say_check(check: Callable[[int], str], since: int) -> None:
    _say(check(since))


def _fork(work: Callable[[], object]) -> int:
    """Do the work in a process of its own, which has all that this one has loaded; return its id."""
    if (child := os.fork()) != 0:
        return child
    try:
        work()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def _say(answer: object) -> None:
    os.write(sys.stdout.fileno(), f"{answer}\n".encode())


if __name__ == "__main__":
    main()
