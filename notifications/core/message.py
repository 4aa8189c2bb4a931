"""A message to one visitor: the same words and the same collapse id on every transport, so that a resend shows once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# FCM HTTP v1 and APNs refuse more (firebase.google.com/docs/cloud-messaging/concept-options, "Notification messages").
MAX_PAYLOAD_BYTES = 4096
# What the envelope takes at most: keys, ids, sequence number, time to live, and the options of the platforms.
ENVELOPE_BYTES = 1024
# FCM keeps a message for four weeks at most; Web Push services keep it as long or shorter.
MAX_TTL_S = 28 * 24 * 3600
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True)
class Text:
    """What a message says in one language. `link` is an address of the visitors' site, such as `/#place=ID`, or https."""

    title: str
    body: str
    image: str = ""
    link: str = ""


@dataclass(frozen=True)
class Message:
    """A message as a transport sends it."""

    id: UUID
    visitor_id: UUID
    seq: int
    campaign_id: UUID
    campaign_name: str
    language: str
    text: Text
    collapse_id: str
    """32 hexadecimal digits: it fits the Topic header of Web Push (RFC 8030, section 5.4)."""
    created_at: datetime
    expires_at: datetime


def text_in(content: Mapping[str, Text], language: str) -> tuple[str, Text]:
    """Return the text for a language tag and the tag it is in: exact, else its primary subtag, else English, else any.

    >>> text_in({"fr": Text("Bonjour", ""), "en": Text("Hello", "")}, "fr-CA")[0]
    'fr'
    """
    wanted = (language, language.split("-")[0], DEFAULT_LANGUAGE)
    found = next((tag for tag in wanted if tag in content), None) or min(content)
    return found, content[found]


def payload_bytes(text: Text) -> int:
    """Return the size in bytes of what is sent at most for a text: its UTF-8 JSON and the envelope."""
    words = {"title": text.title, "body": text.body, "image": text.image, "link": text.link}
    return len(json.dumps(words, ensure_ascii=False).encode()) + ENVELOPE_BYTES


def ttl_s(message: Message, now: datetime) -> int:
    """Return the whole seconds that the message is still of use, as push services take them."""
    return max(0, min(int((message.expires_at - now).total_seconds()), MAX_TTL_S))


def to_json(message: Message) -> dict[str, object]:
    """Return the message as the API and the live frames write it."""
    return {
        "id": str(message.id),
        "seq": message.seq,
        "campaign": message.campaign_name,
        "campaign_id": str(message.campaign_id),
        "language": message.language,
        "title": message.text.title,
        "body": message.text.body,
        "image": message.text.image or None,
        "link": message.text.link or None,
        "created_at": message.created_at.isoformat(),
        "expires_at": message.expires_at.isoformat(),
    }
