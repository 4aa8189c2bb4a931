"""CAMPAIGNS.md, Laws: permuting batches within the lateness, and duplicating any of them, leaves decisions identical.

The queue of arrivals, the machine of the zones and the deciding are those of the service; how a batch becomes positions is left out
(tests/navigation/test_batches_out_of_order.py has all of it, over fewer orders). Every batch is decided about at one moment, because
some rules are about the present, whatever was sent: the kill switch, quiet hours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from beacons.core.arrivals import ALLOWED_LATENESS, MOST_HELD, Arrival, Queue, take
from notifications.core.campaign import Campaign, watched
from notifications.core.deciding import Recipient, Rules
from notifications.core.rehearsal import Rehearsal
from notifications.core.sense import Sense
from tests.notifications.places import NOON
from tests.notifications.test_laws import DOHA, ZONES, campaigns

LATENESS_S = ALLOWED_LATENESS.total_seconds()
# No more batches at once than are held for one that is missing.
SHORTEST_GAP_S = LATENESS_S / (MOST_HELD - 2)
RECEIVED = NOON + timedelta(minutes=10)

Fixes = tuple[tuple[datetime, Mapping[UUID, Sense]], ...]


@dataclass(frozen=True)
class Sent:
    """A batch, and how many seconds after it was sent it comes; the second time, where it comes twice, so long after the first."""

    arrival: Arrival[Fixes]
    late_s: float
    again_s: float | None


class BatchesInAnyOrder(RuleBasedStateMachine):
    """A visitor walks about and sends a batch now and then; at the end they arrive in order, and as the network would have it."""

    @initialize(listening=st.lists(campaigns(), min_size=1, max_size=4, unique_by=lambda campaign: campaign.id))
    def begin(self, listening: list[Campaign]) -> None:
        self.listening, self.at = listening, NOON
        self.sent: list[Sent] = []

    @rule(
        gap_s=st.floats(SHORTEST_GAP_S, 40),
        steps_s=st.lists(st.floats(-20, 0), max_size=3),
        said=st.dictionaries(st.sampled_from(ZONES), st.sampled_from(Sense)),
        late_s=st.floats(0, LATENESS_S),
        again_s=st.none() | st.floats(0, 60),
    )
    def sends(
        self,
        gap_s: float,
        steps_s: list[float],
        said: dict[UUID, Sense],
        late_s: float,
        again_s: float | None,
    ) -> None:
        """Send what was heard now and a little before: some of it overlaps with what was sent already."""
        self.at += timedelta(seconds=gap_s)
        heard = sorted({self.at, *(self.at + timedelta(seconds=step_s) for step_s in steps_s)})
        fixes: Fixes = tuple((at, said) for at in heard)
        arrival = Arrival(len(self.sent) + 1, self.at, fixes)
        self.sent.append(Sent(arrival, late_s, again_s))

    def teardown(self) -> None:
        if hasattr(self, "sent"):
            in_order = self.heard([each.arrival for each in self.sent])
            as_it_came = self.heard(arrival for _, _, arrival in sorted(self.arrivals(), key=lambda each: each[:2]))
            assert as_it_came.decided == in_order.decided
            assert as_it_came.happened == in_order.happened

    def arrivals(self) -> Iterable[tuple[datetime, int, Arrival[Fixes]]]:
        """Yield when each batch comes in, and in which place among those that come at the same instant."""
        for number, each in enumerate(self.sent):
            assert each.arrival.newest_at is not None
            came_at = each.arrival.newest_at + timedelta(seconds=each.late_s)
            yield came_at, -number, each.arrival
            if each.again_s is not None:
                yield came_at + timedelta(seconds=each.again_s), -number, each.arrival

    def heard(self, arrivals: Iterable[Arrival[Fixes]]) -> Rehearsal:
        visitor = Recipient(UUID(int=30), "en", "walk", frozenset({"positioning", "marketing"}))
        rehearsal = Rehearsal(self.listening, Rules(DOHA), visitor, watched(self.listening, DOHA))
        queue: Queue[Fixes] = Queue()
        for arrival in arrivals:
            queue, ready = take(queue, arrival)
            for at, said in (fix for each in ready for fix in each.content):
                rehearsal.take(said, at, watermark=at, now=RECEIVED)
        assert queue.held == ()
        return rehearsal


TestBatchesInAnyOrder = BatchesInAnyOrder.TestCase
TestBatchesInAnyOrder.settings = settings(max_examples=20 * settings().max_examples, stateful_step_count=15)
