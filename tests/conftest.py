"""What every test run needs."""

import os

import pytest
from django.conf import settings
from hypothesis import settings as hypothesis_settings

# Timings are measured in benchmarks, never in tests: a busy machine fails nothing.
# `make check` takes a few examples of each law (--hypothesis-profile=quick), `make test` those of "dalil"; "deep" is for a night.
hypothesis_settings.register_profile("dalil", deadline=None)
hypothesis_settings.register_profile("quick", deadline=None, max_examples=10)
hypothesis_settings.register_profile("deep", deadline=None, max_examples=1_000)
hypothesis_settings.load_profile("dalil")

WITH_SERVICES = bool(os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what reaches the database through a fixture alone; skip what needs services where the run has started none."""
    for item in items:
        if item.get_closest_marker("django_db") is not None:
            continue  # it may ask for more, such as transactions of its own: the nearest mark is the one that counts
        if isinstance(item, pytest.Function) and {"db", "transactional_db"} & set(item.fixturenames):
            item.add_marker(pytest.mark.django_db)
    if WITH_SERVICES:
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL and Redis: python -m tests.run services starts them")
    for item in items:
        if item.get_closest_marker("services"):
            item.add_marker(skip)


@pytest.fixture(scope="session", autouse=True)
def fresh_pointers() -> None:
    """Read which map a venue has each time: a test's own transaction tells nobody that it published one."""
    settings.POINTER_AGE_S = 0.0
