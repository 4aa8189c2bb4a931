"""Times of the day at which campaigns strike."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Schedule:
    """Times of the day, in a time zone, at which whoever is inside is meant."""

    local_times: frozenset[time]
    zone: ZoneInfo

    def strikes(self, since: datetime, until: datetime) -> list[tuple[datetime, time]]:
        """Return when it strikes, from `since` until `until`, both included, and at which of its times.

        A time that the clocks leave out strikes when it would have been; one that they show twice strikes the first time.
        """
        first, last = since.astimezone(self.zone).date(), until.astimezone(self.zone).date()
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        struck = [(datetime.combine(day, at, self.zone).astimezone(UTC), at) for day in days for at in self.local_times]
        return sorted((instant, at) for instant, at in struck if since <= instant <= until)
