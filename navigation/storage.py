"""How far a visitor is on a trip: in the cache, for as long as somebody may pause on the way, and lost without harm."""

from datetime import timedelta
from uuid import UUID

from navigation.core.following.progress import Progress
from visitors import storage
from visitors.storage import Kind

# A coffee on the way; after that the next position begins the matching anew.
KEPT_FOR = timedelta(minutes=30)


def load_progress(visitor_id: UUID, *, of: str) -> Progress | None:
    """Return the progress of the route named `of`, None where there is none any more or it was of another route."""
    saved = storage.load(visitor_id, Kind.PROGRESS)
    return Progress.from_json(saved["progress"]) if saved and saved["of"] == of else None


def save_progress(visitor_id: UUID, progress: Progress, *, of: str) -> None:
    value = {"of": of, "progress": progress.to_json()}
    storage.save(visitor_id, Kind.PROGRESS, value, expires_s=KEPT_FOR.total_seconds())
