"""Live frames to the sockets of this process, and through Redis to those of every other.

One hub a process, one Redis subscription a hub, one encoding a frame: measured four times the messages a second of
Channels' layers, whose in-memory one also wakes no socket from another thread (docs/decisions). `publish` may be called
from any thread or process; each member's callback runs in the event loop that it joined from.
"""

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import orjson
import redis
from django.conf import settings

CHANNEL = "dalil:live"
# How long the listener waits for a frame before it looks whether it should stop, and before it calls Redis again.
POLL_S = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Frame:
    """A frame for a group of sockets: `text` is the JSON that clients get, the rest is for whoever passes it on.

    `seq` is the visitor's message number where the frame bears one.
    """

    group: str
    kind: str
    seq: int | None
    text: str


@dataclass(frozen=True, eq=False)
class Membership:
    """A socket's place in a group, to be given back with `leave`."""

    group: str
    loop: asyncio.AbstractEventLoop
    deliver: Callable[[Frame], None]


class Hub:
    """The groups of this process. Without a Redis address it is the only process."""

    def __init__(self, redis_url: str = "") -> None:
        self._members: dict[str, set[Membership]] = defaultdict(set)
        self._lock = threading.Lock()
        limit_s = settings.REDIS_TIMEOUT_S
        self._redis = (
            redis.Redis.from_url(redis_url, socket_timeout=limit_s, socket_connect_timeout=limit_s)
            if redis_url
            else None
        )
        self._listener: threading.Thread | None = None
        self._stopped = threading.Event()
        self.listening = threading.Event()
        """Set while frames of other processes arrive."""

    def join(self, group: str, deliver: Callable[[Frame], None]) -> Membership:
        """Add the caller to a group; `deliver` is called in the caller's event loop with every frame. It must not block."""
        membership = Membership(group, asyncio.get_running_loop(), deliver)
        with self._lock:
            self._members[group].add(membership)
        self.start()
        return membership

    def leave(self, membership: Membership) -> None:
        """Take a member out of its group. Leaving twice does nothing."""
        with self._lock:
            members = self._members.get(membership.group, set())
            members.discard(membership)
            if not members:
                self._members.pop(membership.group, None)

    def publish(self, *frames: Frame) -> None:
        """Send frames to every member of their groups, in every process. Raises redis.RedisError where Redis is away."""
        if self._redis is None:
            for frame in frames:
                self._fan_out(frame)
        else:
            told = [(frame.group, frame.kind, frame.seq, frame.text) for frame in frames]
            self._redis.publish(CHANNEL, orjson.dumps(told))

    def start(self) -> None:
        """Begin to listen to the other processes, once. The first member does it where the server has not."""
        if self._redis is None:
            return
        with self._lock:
            if self._listener is None:
                self._listener = threading.Thread(target=self._listen, name="live-hub", daemon=True)
                self._listener.start()

    def stop(self) -> None:
        """Stop listening, for good."""
        self._stopped.set()
        if self._listener is not None:
            self._listener.join(timeout=2 * POLL_S)

    def _fan_out(self, frame: Frame) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[Membership]] = defaultdict(list)
        with self._lock:
            for membership in self._members.get(frame.group, ()):
                by_loop[membership.loop].append(membership)
        for loop, members in by_loop.items():
            try:
                loop.call_soon_threadsafe(_deliver, members, frame)
            except RuntimeError:  # the loop is closed: its sockets are gone
                for membership in members:
                    self.leave(membership)

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen_until_failure()
            except redis.RedisError as error:
                logger.warning("The live hub lost Redis and calls again: %s", error)
            self.listening.clear()
            self._stopped.wait(POLL_S)

    def _listen_until_failure(self) -> None:
        assert self._redis is not None  # start() listens only where there is Redis
        with self._redis.pubsub() as subscription:  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
            subscription.subscribe(CHANNEL)
            while not self._stopped.is_set():
                received = subscription.get_message(timeout=POLL_S)
                if received is None:
                    continue
                if received["type"] == "subscribe":
                    self.listening.set()
                elif received["type"] == "message":
                    for told in orjson.loads(received["data"]):
                        self._fan_out(Frame(*told))


def _deliver(members: list[Membership], frame: Frame) -> None:
    for membership in members:
        try:
            membership.deliver(frame)
        except Exception:
            logger.exception("A socket did not take a live frame")


@lru_cache(maxsize=1)
def hub() -> Hub:
    """Return the hub of this process."""
    return Hub(settings.REDIS_URL)
