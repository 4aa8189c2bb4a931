"""Batches are taken in rounds: those that have come together share what each would pay for alone.

The cache is read once for all of them and written once, the database claims them, commits them and keeps their answers in one
transaction, as databases gather commits (docs/decisions/0032). What a batch leads to is `live.advance`, one after the other, and is
the same whoever else is in the round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction

from apikit.errors import ApiError
from apikit.services import idempotency
from apikit.services.rows import read_once
from apikit.services.sealing import Sealer
from beacons.core.batch import SightingBatch, parse_batch
from beacons.services import positioning
from navigation import selectors
from navigation.errors import ConsentMissing, SightingsReplayed
from navigation.services import live
from navigation.services.live import Guidance, Session
from notifications.services import messages
from notifications.transports.hub import Frame
from visitors.core.consent import Purpose
from visitors.errors import VisitorErased
from visitors.selectors import has_consented, present
from visitors.storage import scope_of, turns

Outcome = bytes | Exception


class Again(bytes):
    """The first answer to a batch, given to the same batch again: nothing came of it this time."""


@dataclass(frozen=True, eq=False)
class Sent:
    """A batch as somebody sent it, and when it came in.

    `is_answered`: the visitor gets its answer, and has the messages in it; over a socket they get frames instead.
    """

    session: Session
    content: Mapping[str, Any]
    at: datetime
    is_answered: bool = True


@dataclass(frozen=True, eq=False)
class _Batch:
    """A batch that was read. `request`: what the same answer is given to again."""

    session: Session
    sightings: SightingBatch
    request: idempotency.Request
    at: datetime
    is_answered: bool


class _RefusedError(Exception):
    """Some batches of a round are refused: nothing of the round may stand."""

    def __init__(self, refused: Mapping[_Batch, Outcome]) -> None:
        self.refused = refused


def take_sightings(session: Session, content: Mapping[str, Any], now: datetime, *, is_answered: bool = True) -> bytes:
    """Return the JSON answer to a batch that comes alone; a repeated batch gets its first answer again.

    Raises InvalidBatch, ConsentMissing, KeyReused (the sequence number was used for another batch), SightingsReplayed.
    """
    [outcome] = take_all([Sent(session, content, now, is_answered)])
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def take_all(sent: Sequence[Sent]) -> list[Outcome]:
    """Return the JSON answer to each batch, or what `take_sightings` raises. They are of different visitors.

    Nobody waits for a visitor whose turn is another's, nor fails with another's batch.
    """
    read = [_read(each) for each in sent]
    waiting = [each for each in read if isinstance(each, _Batch)]
    outcomes: dict[_Batch, Outcome] = {}
    while waiting:
        outcomes |= _taken(waiting)
        waiting = [batch for batch in waiting if batch not in outcomes]
    return [outcomes[each] if isinstance(each, _Batch) else each for each in read]


def _read(sent: Sent) -> _Batch | ApiError:
    session = sent.session
    try:
        sightings = parse_batch(sent.content, sent.at)
    except ApiError as refused:
        return refused
    if not has_consented(session.visitor, Purpose.POSITIONING):
        return ConsentMissing(
            "Positions need your consent: PUT /api/v1/visitors/me/consent with positioning true.", param="positioning"
        )
    told = {name: part for name, part in sent.content.items() if name not in ("sequence", "clock")}
    request = idempotency.Request(
        scope=f"{scope_of(session.visitor.id)}sightings:{session.venue.id.hex}",
        key=str(sightings.sequence),
        body=orjson.dumps(told, option=orjson.OPT_SORT_KEYS),
        sealer=Sealer(session.token, purpose="sightings"),
    )
    return _Batch(session, sightings, request, sent.at, sent.is_answered)


def _taken(batches: Sequence[_Batch]) -> dict[_Batch, Outcome]:
    """Take the batches of those whose turn it is; return what came of them, or of those that are refused, before the others.

    Where something else fails, each is taken alone: it is one batch that fails then.
    """
    try:
        with turns([batch.session.visitor.id for batch in batches]) as ours:
            return _committed([batch for batch in batches if batch.session.visitor.id in ours])
    except _RefusedError as error:
        return dict(error.refused)
    except Exception as error:
        if len(batches) == 1:
            return {batches[0]: error}
        return {batch: outcome for each in batches for batch, outcome in _taken([each]).items()}


@transaction.atomic
def _committed(batches: Sequence[_Batch]) -> dict[_Batch, Outcome]:
    """Answer batches in one transaction, then tell the sockets. Raises _RefusedError where any is refused."""
    here = present([batch.session.visitor.id for batch in batches])
    if gone := [batch for batch in batches if batch.session.visitor.id not in here]:  # erased while they waited
        raise _RefusedError({batch: VisitorErased() for batch in gone})
    first_answers = idempotency.claimed([batch.request for batch in batches], batches[0].at)
    known = {batch: told for batch, told in zip(batches, first_answers, strict=True) if told is not None}
    answers, frames = _answered([batch for batch in batches if batch not in known])
    for batch in known:
        positioning.note_answered(batch.session.visitor.id, batch.sightings.sequence)
    again = {batch: Again(told) if isinstance(told, bytes) else told for batch, told in known.items()}
    outcomes: dict[_Batch, Outcome] = {**again, **answers}
    if refused := {batch: outcome for batch, outcome in outcomes.items() if isinstance(outcome, ApiError)}:
        raise _RefusedError(refused)
    idempotency.keep([(batch.request, answer) for batch, answer in answers.items() if isinstance(answer, bytes)])
    transaction.on_commit(lambda: live.tell(frames))
    return outcomes


def _answered(batches: Sequence[_Batch]) -> tuple[dict[_Batch, Outcome], list[Frame]]:
    """Return what comes of batches that were never answered, and what sockets hear of it."""
    answers: dict[_Batch, Outcome] = {}
    frames: list[Frame] = []
    if not batches:
        return answers, frames
    travellers = selectors.travellers([batch.session.visitor.id for batch in batches])
    with read_once():
        for batch in batches:
            try:
                guidance = _guidance(batch, travels=batch.session.visitor.id in travellers)
            except ApiError as refused:
                answers[batch] = refused
                continue
            answer = live.answer_json(batch.session, batch.sightings, guidance)
            answers[batch] = orjson.dumps(answer)
            frames += live.frames_of(batch.session.visitor, answer, guidance.trip.rerouted if guidance.trip else None)
    return answers, frames


def _guidance(batch: _Batch, *, travels: bool) -> Guidance:
    """Return what a batch leads to. Raises InvalidBatch, SightingsReplayed."""
    visitor_id, before = batch.session.visitor.id, batch.sightings.sequence - 1
    if not positioning.knows_the_order(visitor_id) and idempotency.is_answered(
        scope=batch.request.scope, key=str(before)
    ):
        positioning.note_answered(visitor_id, before)
    guidance = live.advance(batch.session, batch.sightings, batch.at, travels=travels)
    brings_nothing_new = batch.sightings.newest_at is not None and not guidance.located.is_new
    if brings_nothing_new and idempotency.was_answered(batch.request):  # a query, so asked of few
        raise SightingsReplayed(
            "These sightings were sent before under another sequence. Send what was heard since then.",
            param="sightings",
        )
    if batch.is_answered and guidance.messages:
        messages.note_taken(visitor_id=visitor_id, seqs=[each.seq for each in guidance.messages], now=batch.at)
    return guidance
