"""Reasons as an operator tells them to a visitor who asks why."""

from notifications.core.deciding import Reason

SENTENCES = {
    Reason.KILL_SWITCH: "Messages were stopped, of the whole venue or of this campaign.",
    Reason.NOT_ACTIVE: "The campaign did not run then: it was paused, or outside its days or hours.",
    Reason.NO_CONSENT: "The visitor had not consented to such messages.",
    Reason.NOT_IN_AUDIENCE: "The campaign was meant for others: by language, profile, tags or earlier visits.",
    Reason.TRIGGER_NOT_VALID: "What happened was not what the campaign waits for, such as a visitor who was lost from sight.",
    Reason.LATE: "The phone told of it too late.",
    Reason.EXPIRED: "It was no longer of use when it could be decided.",
    Reason.QUIET_HOURS: "It was in the quiet hours.",
    Reason.ALREADY_SENT: "The visitor had got this message as often as the campaign allows.",
    Reason.ZONE_COOL_DOWN: "The campaign had spoken about this zone a short while before.",
    Reason.GLOBAL_CAP: "The visitor had got as many messages as a day or twenty minutes may bring.",
    Reason.HELD_OUT: "The visitor belongs to the group that the campaign is compared with, which gets no message.",
}
"""Why there was no message, by reason."""
