"""Errors of notifications.

ApiError
├── NotFound
│   ├── CampaignNotFound
│   ├── MessageNotFound
│   └── PushNotConfigured      404: the server has no key for Web Push
├── Conflict
│   ├── CampaignNotStartable   409: its findings, each with the field that it is about
│   └── CampaignStateConflict  409: what was asked for is not possible in the state that it is in
└── InvalidRequest
    └── CampaignInvalid        422: the same findings, of a change to a campaign that runs

TransportError   raised by transports, never seen by a client
"""

from typing import Any, ClassVar

from apikit.errors import Conflict, InvalidRequest, NotFound
from notifications.core.templates import Finding


class CampaignNotFound(NotFound):
    code = "campaign_not_found"


class VisitorCodeNotFound(NotFound):
    code = "visitor_code_not_found"


class MessageNotFound(NotFound):
    code = "message_not_found"


class PushNotConfigured(NotFound):
    code = "push_not_configured"


def _members(findings: tuple[Finding, ...]) -> dict[str, Any]:
    return {"findings": [{"code": f.code, "field": f.field, "message": f.message} for f in findings]}


class CampaignNotStartable(Conflict):
    code: ClassVar[str] = "campaign_not_startable"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings[0].message, param=findings[0].field, **_members(findings))
        self.findings = findings


class CampaignInvalid(InvalidRequest):
    code: ClassVar[str] = "campaign_invalid"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings[0].message, param=findings[0].field, **_members(findings))
        self.findings = findings


class CampaignStateConflict(Conflict):
    code = "campaign_state_conflict"


class TransportError(Exception):
    """A delivery failed.

    `permanent`: trying again can't help. `endpoint_gone`: the endpoint will never take a message again. `is_outage`: the
    provider itself fails, whatever it is given. `is_quota`: it was given too much.
    """

    def __init__(
        self,
        detail: str,
        *,
        permanent: bool = False,
        endpoint_gone: bool = False,
        is_outage: bool = False,
        is_quota: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.permanent = permanent or endpoint_gone
        self.endpoint_gone = endpoint_gone
        self.is_outage = is_outage
        self.is_quota = is_quota
        self.retry_after_s = retry_after_s
