"""The forms of closures and overrides: features by name, and what is wrong next to its field."""

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminSplitDateTime
from django.utils import timezone

from apikit.errors import ApiError
from navigation.core.compiling.relations import ends_of, level_of
from navigation.core.naming import title_of, ways_named
from navigation.core.overrides import ADDED_KINDS, OverrideError, OverrideKind, read_override
from navigation.models import Closure, RoutingOverride
from navigation.services import closures
from navigation.services.closures import ClosureRequest
from venues import selectors
from venues.core.snapshot import Snapshot
from venues.models import Venue

if TYPE_CHECKING:  # Django's own class takes no parameter when it runs
    _ClosureForm = forms.ModelForm[Closure]
    _OverrideForm = forms.ModelForm[RoutingOverride]
else:
    _ClosureForm = _OverrideForm = forms.ModelForm

BY_NAME = "The name of a place in any language, or the id of a unit, an opening or a relationship."
POINT = "Longitude, latitude and the ordinal of the level, such as 51.5254, 25.2867, 0."
# So many of those that share a name are listed.
LISTED = 5


class _ByName(forms.Form):
    """Reads what a form names, once it knows the venue; errors go next to the field."""

    def clean(self) -> dict[str, Any]:
        super().clean()
        snapshot = self.snapshot()
        if snapshot is not None and not self.errors:
            self._read(snapshot)
        return self.cleaned_data

    def _read(self, snapshot: Snapshot) -> None:
        """Keep what the form says of the map, or say what is wrong."""
        raise NotImplementedError

    def snapshot(self) -> Snapshot | None:
        """Return the published map of the venue that was chosen, None where there is none."""
        venue: Venue | None = self.cleaned_data.get("venue")
        if venue is None:
            return None
        try:
            return selectors.current_snapshot(venue)
        except ApiError as error:
            self.add_error("venue", error.detail)
            return None

    def way(self, snapshot: Snapshot, field: str, text: str) -> UUID | None:
        """Return the one feature of that name or id; what is wrong with it is said next to the field."""
        found = ways_named(snapshot, selectors.places(snapshot.content_hash), text)
        if len(found) == 1:
            return found[0]
        if not found:
            self.add_error(field, f'The map has nothing to walk through called "{text}".')
            return None
        which = "; ".join(f"{title_of(snapshot, id_)}: {id_}" for id_ in found[:LISTED])
        self.add_error(field, f'{len(found)} are called "{text}". Give the id of one: {which}.')
        return None


class ClosureForm(_ByName, _ClosureForm):
    features = forms.CharField(widget=forms.Textarea(attrs={"dir": "auto"}), help_text=f"One a line. {BY_NAME}")
    level = forms.FloatField(
        required=False, help_text="The ordinal of the one level at which a lift or stairs are closed; all where empty."
    )
    for _language, _name in settings.LANGUAGES:
        locals()[f"reason_{_language}"] = forms.CharField(
            label=f"Reason ({_name})", required=False, max_length=500, widget=forms.TextInput(attrs={"dir": "auto"})
        )
    starts_at = forms.SplitDateTimeField(required=False, widget=AdminSplitDateTime, help_text="Now where it is empty.")
    ends_at = forms.SplitDateTimeField(
        required=False, widget=AdminSplitDateTime, help_text="Until it is deleted where it is empty."
    )

    class Meta:
        model = Closure
        fields = ("venue",)

    def _read(self, snapshot: Snapshot) -> None:
        lines = [line.strip() for line in self.cleaned_data["features"].splitlines() if line.strip()]
        ids = [self.way(snapshot, "features", line) for line in lines]
        levels = self._levels(snapshot, [id_ for id_ in ids if id_ is not None])
        if self.errors:
            return
        reasons = {language: self.cleaned_data[f"reason_{language}"] for language, _ in settings.LANGUAGES}
        self.request = ClosureRequest(
            [id_ for id_ in ids if id_ is not None], levels[0] if levels else None,
            {language: text for language, text in reasons.items() if text},
            self.cleaned_data["starts_at"], self.cleaned_data["ends_at"],
        )  # fmt: skip
        try:
            closures.require_possible(self.cleaned_data["venue"], self.request, timezone.now())
        except ApiError as error:
            self.add_error("ends_at" if error.param == "ends_at" else "features", error.detail)

    def _levels(self, snapshot: Snapshot, ids: list[UUID]) -> list[UUID]:
        """Return the level that was given by its ordinal, of those that one of these ways joins; none where none was given."""
        ordinal = self.cleaned_data["level"]
        ways = [snapshot.relationships[id_] for id_ in ids if id_ in snapshot.relationships]
        joined = {level_of(snapshot, end) for way in ways for end in ends_of(way)} - {None}
        found = [id_ for id_ in joined if id_ is not None and snapshot.levels[id_].ordinal == ordinal]
        if ordinal is not None and not found:
            self.add_error("level", f"None of these joins a level {ordinal:g}.")
        return found


class OverrideForm(_ByName, _OverrideForm):
    feature = forms.CharField(required=False, help_text=BY_NAME)
    from_feature = forms.CharField(required=False, help_text="Only ways that come from this unit or opening.")
    to_feature = forms.CharField(required=False, help_text="Only ways that lead to this unit or opening.")
    factor = forms.FloatField(required=False, help_text="How many times as long it takes.")
    start = forms.CharField(required=False, help_text=POINT)
    end = forms.CharField(required=False, help_text=POINT)
    way_kind = forms.ChoiceField(label="Way", required=False, choices=[(kind, kind) for kind in ADDED_KINDS])
    length_m = forms.FloatField(required=False, help_text="In plan; straight where it is empty.")
    one_way = forms.BooleanField(required=False)

    class Meta:
        model = RoutingOverride
        fields = ("venue", "kind", "note")

    def _read(self, snapshot: Snapshot) -> None:
        data, kind = self.cleaned_data, OverrideKind(self.cleaned_data["kind"])
        said = {"factor": data["factor"]}
        if kind is OverrideKind.ADD:
            said |= {name: self._point(snapshot, name) for name in ("start", "end")}
            said |= {"way": data["way_kind"] or "walk", "length_m": data["length_m"], "one_way": data["one_way"]}
        else:
            named = {"feature_id": "feature", "from_id": "from_feature", "to_id": "to_feature"}
            said |= {
                member: str(self.way(snapshot, field, data[field])) for member, field in named.items() if data[field]
            }
        if self.errors:
            return
        self.content = {member: value for member, value in said.items() if value is not None}
        try:
            read_override(uuid4(), kind, self.content)
        except OverrideError as error:
            self.add_error(field_of(error.member), str(error))

    def _point(self, snapshot: Snapshot, field: str) -> dict[str, Any] | None:
        """Return the point that a field gives as three numbers."""
        try:
            lng, lat, ordinal = (float(part) for part in self.cleaned_data[field].split(","))
        except ValueError:
            self.add_error(field, POINT)
            return None
        x_m, y_m = snapshot.frame.to_metres(lng, lat)
        level = selectors.spatial_index(snapshot.content_hash).level_at(x_m, y_m, ordinal)
        if level is None:
            self.add_error(field, f"The map has no level {ordinal:g}.")
            return None
        return {"lng": lng, "lat": lat, "level_id": str(level.id)}


def field_of(member: str) -> str:
    """Return the form's field that a member of an override is given by.

    >>> field_of("from_id"), field_of("start.level_id"), field_of("way")
    ('from_feature', 'start', 'way_kind')
    """
    fields = {"feature_id": "feature", "from_id": "from_feature", "to_id": "to_feature", "way": "way_kind"}
    return fields.get(member, member.split(".")[0])
