"""What the visitors API accepts and returns."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from rest_framework import serializers

from apikit.api.serializers import KnownFieldsOnly
from visitors import models, selectors
from visitors.core.consent import Purpose
from visitors.core.profiles import PROFILE_NAMES
from visitors.models import DeviceKind
from visitors.services.endpoints import is_allowed_private

# A language tag as in RFC 5646, section 2.1, without its rare forms: ar, fr-CA, zh-Hant-TW.
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")
TAG = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
MOST_TAGS = 50
FCM_TOKEN_CHARACTERS = 4096  # an FCM message may have that many bytes in all; real tokens have some 160
FCM_TOKEN = re.compile(
    r"\A[!-~]+\Z"
)  # Firebase calls tokens opaque: nothing of them is known but that they are one word
P256_POINT_BYTES = 65  # an uncompressed point of P-256 (RFC 8291, section 2.1)
AUTH_SECRET_BYTES = 16  # RFC 8291, section 3.2


class StrictBooleanField(serializers.BooleanField):
    """true or false, and nothing that looks like it: consent isn't guessed."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError(f"This must be true or false, not {data!r}.")
        return data


class ConsentSerializer(serializers.Serializer[Any]):
    """Consent by purpose. A purpose that isn't named keeps what it has; one that was never named is not granted."""

    positioning = StrictBooleanField(required=False)
    history = StrictBooleanField(required=False)
    analytics = StrictBooleanField(required=False)
    marketing = StrictBooleanField(required=False)

    def to_internal_value(self, data: Any) -> dict[Purpose, bool]:
        for name in data if isinstance(data, Mapping) else ():
            if name not in self.fields:
                raise serializers.ValidationError(
                    {name: f"There is no such purpose. Purposes are {', '.join(Purpose)}."}
                )
        return {Purpose(name): granted for name, granted in super().to_internal_value(data).items()}


class LanguageField(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or not LANGUAGE_TAG.fullmatch(data):
            raise serializers.ValidationError(f"{data!r} is no language tag. Give one such as en, ar or fr-CA.")
        return data


class ProfileField(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or data not in PROFILE_NAMES:
            raise serializers.ValidationError(f"{data!r} is no profile. Profiles are {', '.join(PROFILE_NAMES)}.")
        return data


class TagField(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or not TAG.fullmatch(data):
            raise serializers.ValidationError(f"{data!r} is no tag. Use small letters, digits, _ and -, 40 at most.")
        return data


class TagsField(serializers.ListField):
    """What the app says of the visitor, for the audiences of campaigns; nothing that names a person."""

    child = TagField()

    def to_internal_value(self, data: Any) -> list[str]:
        return sorted(set(super().to_internal_value(data)))


class TimeZoneField(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or (data and data not in available_timezones()):
            raise serializers.ValidationError(f"{data!r} is no time zone. Give one such as Asia/Qatar, or nothing.")
        return data


class VisitorChangeSerializer(KnownFieldsOnly):
    language = LanguageField(required=False)
    profile = ProfileField(required=False)
    tags = TagsField(required=False, max_length=MOST_TAGS)
    time_zone = TimeZoneField(
        required=False, allow_blank=True, help_text="IANA name that quiet hours are in; blank: each venue's own."
    )


class NewVisitorSerializer(KnownFieldsOnly):
    language = LanguageField(default="en")
    profile = ProfileField(default="walk")
    tags = TagsField(required=False, max_length=MOST_TAGS)
    time_zone = TimeZoneField(required=False, allow_blank=True)
    consent = ConsentSerializer(required=False)


class VisitorSerializer(serializers.ModelSerializer[models.Visitor]):
    id = serializers.UUIDField(source="pseudonym", help_text="A pseudonym: another one every day. The token stays.")
    consent = serializers.SerializerMethodField()
    tags = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = models.Visitor
        fields = ("id", "language", "profile", "tags", "time_zone", "consent", "created_at")

    def get_consent(self, visitor: models.Visitor) -> dict[str, bool]:
        return {purpose.value: granted for purpose, granted in selectors.current_consent(visitor).items()}


class NewVisitorAnswerSerializer(VisitorSerializer):
    token = serializers.CharField(help_text="The bearer token. It is shown this once.")

    class Meta(VisitorSerializer.Meta):
        fields = ("id", "token", "language", "profile", "tags", "time_zone", "consent", "created_at")  # type: ignore[assignment]  # one longer


class SubscriptionKeysSerializer(serializers.Serializer[Any]):
    p256dh = serializers.CharField()
    auth = serializers.CharField()

    def validate_p256dh(self, value: str) -> str:
        try:
            EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes_in_base64url(value, P256_POINT_BYTES))
        except ValueError as error:
            raise serializers.ValidationError(
                "This is not a point of the curve P-256 (RFC 8291, section 3)."
            ) from error
        return value

    def validate_auth(self, value: str) -> str:
        _bytes_in_base64url(value, AUTH_SECRET_BYTES)
        return value


class SubscriptionSerializer(serializers.Serializer[Any]):
    """`PushSubscription.toJSON()` of a browser."""

    endpoint = serializers.URLField(max_length=2000)
    keys = SubscriptionKeysSerializer()

    def validate_endpoint(self, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme != "https" and not is_allowed_private(parts.hostname or ""):
            raise serializers.ValidationError("A push endpoint must be an https address (RFC 8030, section 8).")
        try:
            parts.port  # noqa: B018  # reading it tells whether it is one
        except ValueError as error:
            raise serializers.ValidationError(f"{error}.") from error
        return value


class DeviceSerializer(serializers.Serializer[Any]):
    """A device's endpoint: `token` with kind fcm, `subscription` with kind webpush."""

    kind = serializers.ChoiceField(choices=DeviceKind.choices)
    token = serializers.RegexField(
        FCM_TOKEN,
        required=False,
        max_length=FCM_TOKEN_CHARACTERS,
        error_messages={"invalid": "This is no registration token: give what Firebase's SDK returned, as it is."},
    )
    subscription = SubscriptionSerializer(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        needed = "token" if attrs["kind"] == DeviceKind.FCM else "subscription"
        if needed not in attrs:
            raise serializers.ValidationError({needed: f"A device of kind {attrs['kind']} needs this."})
        return {"kind": attrs["kind"], needed: attrs[needed]}


class DeviceAnswerSerializer(serializers.ModelSerializer[models.Device]):
    class Meta:
        model = models.Device
        fields = ("id", "kind", "created_at")


class CodeSerializer(serializers.Serializer[Any]):
    """A code to read out to an operator, who then sees for which reasons this visitor got messages or did not."""

    code = serializers.CharField(help_text="Eight letters and digits in two groups: none looks or sounds like another.")
    expires_at = serializers.DateTimeField()


def _bytes_in_base64url(value: str, length: int) -> bytes:
    try:
        decoded = base64.b64decode(
            value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, ValueError) as error:
        raise serializers.ValidationError("This must be base64url.") from error
    if len(decoded) != length:
        raise serializers.ValidationError(f"This must stand for {length} bytes, not {len(decoded)}.")
    return decoded
