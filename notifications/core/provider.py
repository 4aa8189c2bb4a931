"""A push provider as everybody who sends through it sees it: how much it may be given now, and whether it is down.

A token bucket bounds the messages a second. A circuit breaker stops sending after failures in a row that are the
provider's own, lets one message through now and then to see whether it is back (M. Nygard, "Release It!", 2018, chapter
5.2), and then goes up to the full rate within a minute, so that what has gathered does not fall on it as a herd
(firebase.google.com/docs/cloud-messaging/scale-fcm asks for the same).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

# Our assumptions, measured by nobody but the tests: as many failures in a row are no accident; a provider that is back
# is noticed within a minute; one probe has answered or timed out after 15 s.
OUTAGE_FAILURES = 5
SHUT_BASE_S = 5.0
SHUT_CEILING_S = 60.0
PROBE_S = 15.0
RAMP_S = 60.0
RAMP_START = 0.1
# The bucket holds what may be sent in a second: no burst is greater.
BUCKET_S = 1.0
MAX_EXPONENT = 16  # 2^k passes the ceiling long before; it only keeps the power from overflowing

WEB_PUSH = "webpush"
WEB_PUSH_SERVICES = {
    "fcm.googleapis.com": "google",
    "push.services.mozilla.com": "mozilla",
    "push.apple.com": "apple",
    "notify.windows.com": "windows",
}
"""The push services of the browsers that most people have, by the end of their hosts."""
STRANGERS = f"{WEB_PUSH}-other"
"""All hosts that we do not know. Failures in a row shut their gate; what one of them asks for binds no other."""


def provider_of(transport: str, address: str) -> str:
    """Return whose service carries a message: a browser's push service by its host, else the transport.

    Hosts that we do not know share a gate, so that nobody can make us keep one for each host they think of.

    >>> provider_of("webpush", "https://updates.push.services.mozilla.com/wpush/v2/abc")
    'webpush-mozilla'
    """
    if transport != WEB_PUSH:
        return transport
    host = urlsplit(address).hostname or ""
    known = (name for end, name in WEB_PUSH_SERVICES.items() if host == end or host.endswith(f".{end}"))
    service = next(known, None)
    return STRANGERS if service is None else f"{WEB_PUSH}-{service}"


@dataclass(frozen=True)
class Gate:
    """What stands between us and a provider. `shut_count` is how often in a row it was found to be down."""

    tokens: float
    filled_at: datetime
    failures: int = 0
    shut_count: int = 0
    shut_until: datetime | None = None
    recovered_at: datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a handful of messages: how many the provider answered, and how many it failed."""

    answered: int = 0
    failed: int = 0
    retry_after_s: float | None = None
    """What it asked for with Retry-After where it is unavailable: the longest of them."""

    def and_one(self, *, failed: bool, retry_after_s: float | None = None) -> "Outcome":
        """Return the outcome with one message more."""
        if not failed:
            return replace(self, answered=self.answered + 1)
        asked_s = max(self.retry_after_s or 0.0, retry_after_s or 0.0) or None
        return replace(self, failed=self.failed + 1, retry_after_s=asked_s)


def rate_per_s(gate: Gate, now: datetime, full_per_s: float) -> float:
    """Return how many messages a second it may be given: all of them, or fewer in the minute after an outage."""
    if gate.recovered_at is None:
        return full_per_s
    share = RAMP_START + (1 - RAMP_START) * (now - gate.recovered_at).total_seconds() / RAMP_S
    return full_per_s * min(1.0, max(RAMP_START, share))


def admit(gate: Gate, wanted: int, now: datetime, full_per_s: float) -> tuple[Gate, int]:
    """Take up to so many messages through the gate; return it as it is then, and how many may be sent."""
    if gate.shut_count:
        if wanted == 0 or _is_shut(gate, now):
            return gate, 0
        return replace(gate, shut_until=now + timedelta(seconds=PROBE_S)), 1
    filled = _filled(gate, now, full_per_s)
    granted = min(wanted, int(filled.tokens))
    return replace(filled, tokens=filled.tokens - granted), granted


def wait_s(gate: Gate, now: datetime, full_per_s: float) -> float:
    """Return the seconds until the gate lets a message through, 0 where it does so now."""
    if gate.shut_count:
        return (gate.shut_until - now).total_seconds() if gate.shut_until is not None and _is_shut(gate, now) else 0.0
    filled = _filled(gate, now, full_per_s)
    return 0.0 if filled.tokens >= 1 else (1 - filled.tokens) / rate_per_s(filled, now, full_per_s)


def note(gate: Gate, outcome: Outcome, now: datetime, draw: float) -> Gate:
    """Return the gate after what came of messages. `draw` is uniform in [0, 1): it keeps gates from opening together."""
    if outcome.answered:
        return _opened(gate, now)
    if not outcome.failed:
        return gate
    failures = gate.failures + outcome.failed
    if failures < OUTAGE_FAILURES and not gate.shut_count and outcome.retry_after_s is None:
        return replace(gate, failures=failures)
    ceiling_s = min(SHUT_CEILING_S, SHUT_BASE_S * 2.0 ** min(gate.shut_count, MAX_EXPONENT))
    shut_s = max(ceiling_s * (0.5 + draw / 2), outcome.retry_after_s or 0.0)
    return replace(gate, failures=failures, shut_count=gate.shut_count + 1, shut_until=now + timedelta(seconds=shut_s))


def _opened(gate: Gate, now: datetime) -> Gate:
    """Return the gate after an answer: where it was shut, the bucket is empty and the rate goes up slowly."""
    if not gate.shut_count:
        return replace(gate, failures=0)
    return Gate(tokens=0.0, filled_at=now, recovered_at=now)


def _is_shut(gate: Gate, now: datetime) -> bool:
    return gate.shut_until is not None and now < gate.shut_until


def _filled(gate: Gate, now: datetime, full_per_s: float) -> Gate:
    """Return the gate with what has flowed into the bucket since it was filled last, at the rate of that time."""
    elapsed_s = max(0.0, (now - gate.filled_at).total_seconds())
    capacity = max(1.0, rate_per_s(gate, now, full_per_s) * BUCKET_S)
    tokens = min(capacity, gate.tokens + elapsed_s * rate_per_s(gate, gate.filled_at, full_per_s))
    return replace(gate, tokens=tokens, filled_at=max(now, gate.filled_at))
