"""Every change of a draft is in its journal, can be undone and done again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from tests.venues.conftest import NOW
from tests.venues.journal_laws import map_of, replayed
from tests.venues.small_map import box, changed, id_of, small_map, unit, without
from venues import models, selectors, storage
from venues.core.editing import FeaturePatch
from venues.core.snapshot import canonical_bytes, content_hash_of
from venues.errors import DraftMoved, FeatureChanged, FeatureExists, NothingToRedo, NothingToUndo
from venues.services import drafts, importing, undoing

KIOSK = unit("kiosk room", "Ground", box(55, 5, 60, 10), "room", name=None)


def patch(**properties: object) -> FeaturePatch:
    return FeaturePatch(None, False, None, properties, ())


def rename(draft: models.Draft, name: str, by: User | None = None) -> models.DraftFeature:
    return drafts.change_feature(
        draft=draft, feature_id=id_of("hall"), patch=patch(name={"en": name}), by=by, now=NOW + timedelta(minutes=1)
    )


def actions(draft: models.Draft) -> list[str]:
    return [change.action for change in draft.journal.order_by("revision")]


@pytest.mark.django_db
def test_a_change_is_written_down_with_who_when_before_and_after(draft: models.Draft):
    aisha = User.objects.create_user("aisha")
    before = map_of(draft)[id_of("hall")]
    rename(draft, "Great Hall", by=aisha)
    change = draft.journal.order_by("-revision").first()
    assert change is not None
    assert (change.author, change.changed_at, change.action) == (aisha, NOW + timedelta(minutes=1), "changed")
    assert change.before["properties"] == before.properties
    assert change.after["properties"] == {**before.properties, "name": {"en": "Great Hall"}}
    assert change.before["geometry"] == change.after["geometry"] == before.geometry


@pytest.mark.django_db
def test_an_import_is_one_entry_that_stores_each_map_once(draft: models.Draft):
    smaller = without(small_map(), "fountain")
    importing.import_features(slug="small", features=smaller, time_zone=None, by=None, now=NOW)
    first, second = draft.journal.order_by("revision")
    assert (first.action, second.action) == ("replaced", "replaced")
    assert first.after_hash == second.before_hash == content_hash_of(canonical_bytes(small_map()))
    assert storage.get_blob(second.after_hash) == canonical_bytes(smaller)
    assert second.before is None


@pytest.mark.django_db
def test_importing_the_same_map_again_changes_nothing_and_what_stays_keeps_its_version(draft: models.Draft):
    draft.refresh_from_db()
    importing.import_features(slug="small", features=small_map(), time_zone=None, by=None, now=NOW)
    assert models.Draft.objects.get().revision == draft.revision
    bigger = changed(small_map(), "hall", category="walkway")
    importing.import_features(slug="small", features=bigger, time_zone=None, by=None, now=NOW)
    versions = dict(draft.features.values_list("feature_id", "version"))
    assert versions.pop(id_of("hall")) == draft.revision + 1
    assert set(versions.values()) == {draft.revision}


@pytest.mark.django_db
def test_saving_a_feature_as_it_is_is_no_change(draft: models.Draft):
    before = selectors.draft_feature(draft, id_of("hall"))
    row = drafts.change_feature(draft=draft, feature_id=id_of("hall"), patch=patch(), by=None, now=NOW)
    assert row.version == before.version
    assert actions(draft) == ["replaced"]


@pytest.mark.django_db
def test_undo_goes_back_step_by_step_and_redo_forth_again(draft: models.Draft):
    states = [map_of(draft)]
    drafts.add_feature(draft=draft, feature=KIOSK, by=None, now=NOW)
    states.append(map_of(draft))
    rename(draft, "Great Hall")
    states.append(map_of(draft))
    drafts.delete_feature(draft=draft, feature_id=id_of("fountain"), by=None, now=NOW)
    states.append(map_of(draft))
    for state in (*reversed(states[:-1]), {}):  # the first edit of all was the import
        undoing.undo(draft=draft, by=None, now=NOW)
        assert map_of(draft) == state
    with pytest.raises(NothingToUndo):
        undoing.undo(draft=draft, by=None, now=NOW)
    for state in states:
        undoing.redo(draft=draft, by=None, now=NOW)
        assert map_of(draft) == state
    with pytest.raises(NothingToRedo):
        undoing.redo(draft=draft, by=None, now=NOW)
    assert actions(draft) == ["replaced", "added", "changed", "removed", *["undone"] * 4, *["redone"] * 4]


@pytest.mark.django_db
def test_an_edit_after_an_undo_leads_elsewhere_and_what_was_undone_stays_in_the_journal(draft: models.Draft):
    rename(draft, "Great Hall")
    undoing.undo(draft=draft, by=None, now=NOW)
    rename(draft, "Small Hall")
    with pytest.raises(NothingToRedo):
        undoing.redo(draft=draft, by=None, now=NOW)
    undoing.undo(draft=draft, by=None, now=NOW)
    undoing.redo(draft=draft, by=None, now=NOW)
    assert map_of(draft)[id_of("hall")].properties["name"] == {"en": "Small Hall"}
    assert any(change.after and change.after["properties"]["name"] == {"en": "Great Hall"}
               for change in draft.journal.all())  # fmt: skip


@pytest.mark.django_db
def test_what_comes_back_by_undo_has_a_version_that_nobody_has_seen(draft: models.Draft):
    seen = rename(draft, "Great Hall").version
    undoing.undo(draft=draft, by=None, now=NOW)
    undoing.redo(draft=draft, by=None, now=NOW)
    with pytest.raises(FeatureChanged):
        drafts.delete_feature(draft=draft, feature_id=id_of("hall"), by=None, now=NOW, expected={seen})


@pytest.mark.django_db
def test_an_undo_of_what_one_saw_does_not_take_back_what_somebody_else_did_since(draft: models.Draft):
    rename(draft, "Great Hall")
    seen = draft.revision
    drafts.add_feature(draft=draft, feature=KIOSK, by=None, now=NOW)
    with pytest.raises(DraftMoved, match=f"revision {seen + 1}"):
        undoing.undo(draft=draft, by=None, now=NOW, expected={seen})
    assert KIOSK.id in map_of(draft)


@pytest.mark.django_db
def test_a_feature_is_added_once(draft: models.Draft):
    drafts.add_feature(draft=draft, feature=KIOSK, by=None, now=NOW)
    with pytest.raises(FeatureExists, match=str(KIOSK.id)):
        drafts.add_feature(draft=draft, feature=KIOSK, by=None, now=NOW)
    assert actions(draft) == ["replaced", "added"]


@pytest.mark.django_db
def test_a_draft_of_a_published_map_has_nothing_to_undo(publication: models.Publication):
    models.Draft.objects.all().delete()
    draft = drafts.open_draft(venue=publication.venue, by=None, now=NOW)
    assert (draft.revision, actions(draft)) == (0, [])
    with pytest.raises(NothingToUndo):
        undoing.undo(draft=draft, by=None, now=NOW)


NAMES = ("a", "b", "c")
STEPS = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(NAMES), st.integers(0, 3)),
    st.tuples(st.just("delete"), st.sampled_from(NAMES)),
    st.tuples(st.just("replace"), st.sets(st.sampled_from(NAMES)), st.integers(0, 3)),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
)


@pytest.mark.usefixtures("blobs")
class TestLaws(TestCase):
    """Laws of any sequence of changes."""

    @given(st.lists(STEPS, max_size=12))
    @hypothesis_settings(max_examples=60)
    def test_the_journal_leads_to_what_the_draft_is_and_undo_back_to_where_it_began(self, steps):
        venue = models.Venue.objects.create(slug="laws")
        draft = drafts.open_draft(venue=venue, by=None, now=NOW)
        for step in steps:
            _take(draft, step)
            assert replayed(draft, {}) == map_of(draft)
        summit, undone = map_of(draft), 0
        while models.Draft.objects.get(pk=draft.pk).edit_revision:
            undoing.undo(draft=draft, by=None, now=NOW)
            undone += 1
        assert map_of(draft) == {}
        for _ in range(undone):
            undoing.redo(draft=draft, by=None, now=NOW)
        assert replayed(draft, {}) == map_of(draft)
        assert map_of(draft) == summit


def _take(draft: models.Draft, step: tuple) -> None:
    """Take a step where it can be taken."""
    present = map_of(draft)
    match step:
        case ("put", name, value) if id_of(name) in present:
            room = _room(name, value)
            redrawn = FeaturePatch(None, True, room.geometry, room.properties, ())
            drafts.change_feature(draft=draft, feature_id=room.id, patch=redrawn, by=None, now=NOW)
        case ("put", name, value):
            drafts.add_feature(draft=draft, feature=_room(name, value), by=None, now=NOW)
        case ("delete", name) if id_of(name) in present:
            drafts.delete_feature(draft=draft, feature_id=id_of(name), by=None, now=NOW)
        case ("replace", names, value):
            drafts.replace_features(draft=draft, features=[_room(n, value) for n in names], by=None, now=NOW)
        case ("undo",) if draft.edit_revision:
            undoing.undo(draft=draft, by=None, now=NOW)
        case ("redo",) if draft.journal.filter(parent_revision=draft.edit_revision).exists():
            undoing.redo(draft=draft, by=None, now=NOW)


def _room(name: str, value: int):
    return unit(name, "Ground", box(0, 0, value + 1, 1), "room", value=value)
