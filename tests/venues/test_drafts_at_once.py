"""Several people in one draft: nobody's change is lost, and the journal tells them all. SQLite lets in one at a time anyway."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection

from tests.venues.conftest import NOW
from tests.venues.journal_laws import map_of, replayed
from tests.venues.small_map import box, changed, id_of, small_map, unit
from venues import models
from venues.core.editing import FeaturePatch
from venues.errors import FeatureChanged, FeatureExists, NothingToRedo, NothingToUndo
from venues.services import drafts, importing, undoing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

PEOPLE = 4
Item = TypeVar("Item")
Answer = TypeVar("Answer")


@pytest.fixture
def shared(blobs: object) -> models.Draft:
    return importing.import_features(slug="small", features=small_map(), time_zone=None, by=None, now=NOW)


def at_once(work: Callable[[Item], Answer], items: Iterable[Item]) -> list[Answer]:
    """Do the work for each item, several at a time, each thread on a connection of its own."""

    def alone(item: Item) -> Answer:
        try:
            return work(item)
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as threads:
        return list(threads.map(alone, items))


def fresh(draft: models.Draft) -> models.Draft:
    """Return the draft as a request of its own reads it."""
    return models.Draft.objects.get(pk=draft.pk)


def patch(**properties: object) -> FeaturePatch:
    return FeaturePatch(None, False, None, properties, ())


def test_changes_of_different_features_all_stand(shared: models.Draft):
    names = ["hall", "square", "cafe room", "restroom", "corridor", "museum room", "lift 0", "lift 1"] * 3
    at_once(
        lambda turn: drafts.change_feature(
            draft=fresh(shared), feature_id=id_of(names[turn]), patch=patch(**{f"turn {turn}": turn}), by=None, now=NOW
        ),
        range(len(names)),
    )
    features = map_of(shared)
    assert all(features[id_of(name)].properties[f"turn {turn}"] == turn for turn, name in enumerate(names))
    assert fresh(shared).revision == 1 + len(names)
    assert replayed(shared, {}) == features


def test_of_changes_of_one_version_one_is_taken_and_the_others_see_it(shared: models.Draft):
    def change(turn: int) -> FeatureChanged | None:
        try:
            drafts.change_feature(
                draft=fresh(shared),
                feature_id=id_of("hall"),
                patch=patch(turn=turn),
                by=None,
                now=NOW,
                expected=frozenset({1}),
            )
        except FeatureChanged as refused:
            return refused
        return None

    answers = at_once(change, range(8))
    [taken] = [turn for turn, answer in enumerate(answers) if answer is None]
    assert map_of(shared)[id_of("hall")].properties["turn"] == taken
    for turn, refused in enumerate(answers):
        if refused is not None:
            assert refused.members["current"]["properties"]["turn"] == taken
            assert refused.members["yours"]["properties"]["turn"] == turn
    assert shared.journal.count() == 2


def test_one_id_is_added_once(shared: models.Draft):
    def add(turn: int) -> bool:
        room = unit("new room", "Ground", box(55, 5, 60, 10), "room", turn=turn)
        try:
            drafts.add_feature(draft=fresh(shared), feature=room, by=None, now=NOW)
        except FeatureExists:
            return False
        return True

    assert sum(at_once(add, range(8))) == 1
    assert shared.journal.count() == 2


def test_edits_imports_undo_and_redo_at_once_leave_a_journal_that_leads_to_the_draft(shared: models.Draft):
    def take(turn: int) -> None:
        draft = fresh(shared)
        match turn % 4:
            case 0:
                drafts.change_feature(draft=draft, feature_id=id_of("hall"), patch=patch(turn=turn), by=None, now=NOW)
            case 1:
                _try(lambda: undoing.undo(draft=draft, by=None, now=NOW))
            case 2:
                _try(lambda: undoing.redo(draft=draft, by=None, now=NOW))
            case 3:
                features = changed(small_map(), "square", turn=turn)
                drafts.replace_features(draft=draft, features=features, by=None, now=NOW)

    at_once(take, range(2, 34))
    assert replayed(shared, {}) == map_of(shared)
    revisions = list(shared.journal.order_by("revision").values_list("revision", flat=True))
    assert revisions == list(range(1, fresh(shared).revision + 1))


def _try(move: Callable[[], object]) -> None:
    try:
        move()
    except (NothingToUndo, NothingToRedo):
        return
