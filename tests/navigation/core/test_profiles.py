"""Profiles bear the names that visitors and audiences know them by."""

from navigation.core.profiles import PROFILES
from visitors.core.profiles import PROFILE_NAMES


def test_visitors_may_name_just_the_profiles_that_routes_know() -> None:
    assert tuple(PROFILES) == PROFILE_NAMES
