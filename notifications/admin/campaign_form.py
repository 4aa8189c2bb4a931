"""The form of a campaign: zones by name, texts by language, and what keeps it from starting next to its field."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst, format_lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from apikit.errors import NotFound
from notifications.api.serializers import CampaignSerializer, CircleSerializer
from notifications.core.campaign import CampaignKind, CampaignState
from notifications.core.templates import Finding
from notifications.core.zone_features import name_of, named_zone_features
from notifications.models import Campaign
from notifications.services import fitness
from venues.core.imdf.labels import label_in
from venues.models import Venue
from venues.selectors import current_snapshot, published_venues
from visitors.core.profiles import PROFILE_NAMES

PARTS = {"title": forms.TextInput, "body": forms.Textarea, "image": forms.TextInput, "link": forms.TextInput}
PART_NAMES = {"title": _("Title"), "body": _("Body"), "image": _("Image"), "link": _("Link")}
START = "_start"

if TYPE_CHECKING:  # Django's own class takes no parameter when it runs
    _ModelForm = forms.ModelForm[Campaign]
else:
    _ModelForm = forms.ModelForm


class TagsField(forms.CharField):
    """Tags in one line, separated by commas."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> Any:
        """Return the tags, sorted. Raises ValidationError where one is none."""
        words = [word.strip() for word in super().clean(value).split(",")]
        asked = CampaignSerializer(data={"tags": [word for word in words if word]}, partial=True)
        if not asked.is_valid():
            wrong = [str(error) for errors in asked.errors["tags"].values() for error in errors]
            raise forms.ValidationError(wrong)
        return asked.validated_data["tags"]


class _Texts(forms.Form):
    """A field for each part of the message in each language, such as `title_ar`."""

    for _language, _name in settings.LANGUAGES:
        for _part, _widget in PARTS.items():
            locals()[f"{_part}_{_language}"] = forms.CharField(
                label=format_lazy("{} ({})", PART_NAMES[_part], _name),
                required=False,
                widget=_widget(attrs={"dir": "auto", "size": 80}),
            )


class CampaignForm(_ModelForm, _Texts):
    zones = forms.MultipleChoiceField(
        label=capfirst(_("zones")), required=False, widget=forms.SelectMultiple(attrs={"size": 12})
    )
    languages = forms.MultipleChoiceField(
        label=capfirst(_("languages")), required=False, choices=settings.LANGUAGES, help_text=_("None: every language.")
    )
    profiles = forms.MultipleChoiceField(
        label=capfirst(_("profiles")),
        required=False,
        choices=[(name, _(name.replace("_", " "))) for name in PROFILE_NAMES],
        help_text=_("None: every profile."),
    )
    tags = TagsField(
        label=capfirst(_("tags")),
        required=False,
        help_text=_("Separated by commas; one in common is enough. None: everyone."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=capfirst(_("weekdays")),
        required=False,
        choices=list(WEEKDAYS.items()),
        coerce=int,
        help_text=_("None: every day."),
    )

    class Meta:
        model = Campaign
        fields = (
            *("venue", "name", "kind", "priority", "ttl_s", "held_out_share", "stopped"),
            *("zones", "circles", "trigger", "dwell_s", "scheduled_at", "on_lost", "zone_cool_down_s"),
            *("languages", "profiles", "tags", "opened_before", "first_visit"),
            *("first_day", "last_day", "weekdays", "hours_start", "hours_end", "defers"),
            *("cap", "cap_count"),
            *("promoted_id", "attribution_s"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = self.fields["zones"]
        assert isinstance(zones, forms.MultipleChoiceField)
        zones.choices = list(_zone_choices(self.instance))
        for language, text in self.instance.content.items():
            for part in PARTS:
                self.initial[f"{part}_{language}"] = text.get(part, "")

    def clean_circles(self) -> list[dict[str, Any]]:
        asked = CircleSerializer(data=self.cleaned_data["circles"] or [], many=True)
        if not asked.is_valid():
            raise forms.ValidationError(_("A circle is {anchor, radius_m} or {lng, lat, level, radius_m}, in a list."))
        return [dict(circle) for circle in asked.validated_data]

    def clean(self) -> dict[str, Any]:
        """Refuse to change a safety campaign that runs: what two operators have started no single one may change."""
        values: dict[str, Any] = super().clean() or {}
        is_safety = CampaignKind.SAFETY in (self.initial.get("kind"), values.get("kind"))
        if self.instance.state == CampaignState.ACTIVE and is_safety and set(self.changed_data) - {"stopped"}:
            self.add_error(
                None, _("A safety campaign can't be changed while it runs. Pause it, change it, start it again.")
            )
        return values

    def _post_clean(self) -> None:
        """Build the campaign from the form; where it is to run, say next to each field what is wrong with it."""
        super()._post_clean()  # type: ignore[misc]  # Django's own hook, left out of its types
        self.instance.content = self._content()
        starts = START in self.data
        changes = self.instance.state == CampaignState.ACTIVE and bool(set(self.changed_data) - {"stopped"})
        if not (starts or changes) or self.errors:
            return
        try:
            found = (
                fitness.findings_at_start(self.instance, now=timezone.now())
                if starts
                else fitness.findings(self.instance)
            )
        except NotFound as error:  # the venue has no published map
            self.add_error("venue", error.detail)
            return
        for finding in found:
            self.add_error(field_of(finding), finding.said_by(gettext))

    def _content(self) -> dict[str, dict[str, str]]:
        texts = {
            language: {part: self.cleaned_data.get(f"{part}_{language}", "") for part in PARTS}
            for language, _ in settings.LANGUAGES
        }
        return {language: text for language, text in texts.items() if any(text.values())}


def field_of(finding: Finding) -> str:
    """Return the form's field that a finding is about.

    >>> field_of(Finding("text_missing", "content.ar.body", "")), field_of(Finding("zones_missing", "zones", ""))
    ('body_ar', 'zones')
    """
    match finding.field.split("."):
        case ["content", language, part]:
            return f"{part}_{language}"
        case ["content", language]:
            return f"title_{language}"
        case _:
            return finding.field


def _zone_choices(campaign: Campaign) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the named areas of the campaign's venue, of every published venue while it has none."""
    venues = published_venues()
    if campaign.venue_id is not None:
        venues = venues.filter(pk=campaign.venue_id)
    for venue in venues:
        yield str(venue), _zones_in(venue)


def _zones_in(venue: Venue) -> list[tuple[str, str]]:
    snapshot, language = current_snapshot(venue), get_language() or settings.LANGUAGE_CODE
    return [
        (
            str(zone_id),
            f"{gettext(snapshot.by_id[zone_id].feature_type)}: {label_in(name_of(snapshot, zone_id), language)}",
        )
        for zone_id in named_zone_features(snapshot)
    ]
