"""`manage.py simulate_visitor`: what nobody can behave like is refused in a sentence, and a busy server is asked again."""

import asyncio
import json

import pytest
from django.core.management import CommandError, call_command

from beacons.selectors import current_deployment
from navigation.core.following.walk import Walk, WalkedStep
from navigation.services import simulated_phone, simulation
from venues.models import Venue
from venues.selectors import current_snapshot


@pytest.mark.parametrize(
    ("option", "value"),
    [("speed", "0"), ("speed", "nan"), ("speed", "inf"), ("seed", "-1"), ("duplicate", "1.5"), ("reorder", "nan")],
)
def test_an_option_that_cannot_be_is_named(option: str, value: str) -> None:
    with pytest.raises(CommandError, match=f"--{option}"):
        call_command("simulate_visitor", "msheireb", "--from=a", "--to=b", f"--{option}={value}")


class BusyServer:
    """A live door whose database takes nothing until it has been asked for the same again."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.taken: list[int] = []
        self._frames: asyncio.Queue[str] = asyncio.Queue()

    async def send(self, text: str) -> None:
        batch = json.loads(text)
        if self.refusals:
            self.refusals -= 1
            answer = {"type": "error", "code": "database_busy", "detail": "Send the same again in a second."}
        else:
            self.taken.append(batch["sequence"])
            answer = {"type": "position", "sequence": batch["sequence"], "position": None}
        await self._frames.put(json.dumps(answer))

    def __aiter__(self) -> "BusyServer":
        return self

    async def __anext__(self) -> str:
        return await self._frames.get()


@pytest.mark.django_db
def test_what_a_busy_database_did_not_take_is_sent_again(equipped: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "AGAIN_AFTER_S", 0.0)
    monkeypatch.setattr(simulation, "LAST_MESSAGE_S", 0.0)
    snapshot, deployment = current_snapshot(equipped), current_deployment(equipped)
    level = deployment.levels[deployment.level[0]].id
    at = (float(deployment.x_m[0]), float(deployment.y_m[0]))
    walk = Walk([WalkedStep(points_m=[at, (at[0] + 1, at[1])], duration_s=4.0, level_id=level, to_level_id=level)])

    async def walked(server: BusyServer) -> None:
        behaviour = simulation.Behaviour("here", "there", speed=1000.0)
        visitor = simulation._Visitor(behaviour, snapshot, deployment, walk, lambda kind, frame: None)
        listening = asyncio.create_task(visitor.listen(server))  # type: ignore[arg-type]  # as far as it is asked
        await visitor.walk(server)  # type: ignore[arg-type]
        listening.cancel()

    server = BusyServer(refusals=3)
    asyncio.run(asyncio.wait_for(walked(server), timeout=30))
    steps = int(walk.duration_s + simulated_phone.STAND_S) + 1
    assert set(server.taken) == set(range(1, steps + 1))
