"""The names of the profiles that visitors, walks and audiences bear; `navigation/core/profiles.py` says what a way costs each."""

PROFILE_NAMES = ("walk", "wheelchair", "stroller", "low_vision", "staff")
