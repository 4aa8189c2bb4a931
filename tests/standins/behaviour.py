"""What a push service may do with a message, by name: the part before the dot of a token or subscription, such as `quota.7`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

HANG_S = 60.0
RETRY_AFTER_S = 120


@dataclass(frozen=True)
class Behaviour:
    """The answer to a message. `error` is FCM's code; `hangs` answers nothing, `drops` takes it and answers nothing."""

    status: int = 200
    error: str = ""
    retry_after: str = ""
    """"seconds" or "date"."""
    hangs: bool = False
    drops: bool = False

    @property
    def accepts(self) -> bool:
        return self.status < 300 and not self.hangs

    def headers(self, now: datetime) -> Mapping[str, str]:
        """Return its Retry-After in the form that it has (RFC 9110, section 10.2.3)."""
        if not self.retry_after:
            return {}
        at = (now + timedelta(seconds=RETRY_AFTER_S)).astimezone(UTC)
        return {
            "Retry-After": str(RETRY_AFTER_S) if self.retry_after == "seconds" else format_datetime(at, usegmt=True)
        }


BEHAVIOURS = {
    "ok": Behaviour(),
    "later": Behaviour(202),
    "invalid": Behaviour(400, "INVALID_ARGUMENT"),
    "unauthenticated": Behaviour(401, "UNAUTHENTICATED"),
    "apns": Behaviour(401, "THIRD_PARTY_AUTH_ERROR"),
    "mismatch": Behaviour(403, "SENDER_ID_MISMATCH"),
    "forbidden": Behaviour(403, "PERMISSION_DENIED"),
    "no-project": Behaviour(404, "NOT_FOUND"),
    "too-large": Behaviour(413),
    "unregistered": Behaviour(404, "UNREGISTERED"),
    "gone": Behaviour(410),
    "quota": Behaviour(429, "QUOTA_EXCEEDED"),
    "quota-seconds": Behaviour(429, "QUOTA_EXCEEDED", "seconds"),
    "quota-date": Behaviour(429, "QUOTA_EXCEEDED", "date"),
    "internal": Behaviour(500, "INTERNAL"),
    "unavailable": Behaviour(503, "UNAVAILABLE"),
    "unavailable-seconds": Behaviour(503, "UNAVAILABLE", "seconds"),
    "redirect": Behaviour(302),
    "hang": Behaviour(hangs=True),
    "drop": Behaviour(drops=True),
}
