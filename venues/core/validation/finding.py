"""What is wrong with a map: one finding a fault, with the feature, the place and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID


class Severity(StrEnum):
    """Errors stop publishing; warnings do not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One fault of a map. `at` is (lng, lat) in degrees where it can be shown on the map."""

    code: str
    severity: Severity
    feature_id: UUID | None
    message: str
    at: tuple[float, float] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the finding as the API and the commands print it."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "feature_id": None if self.feature_id is None else str(self.feature_id),
            "message": self.message,
            "at": None if self.at is None else list(self.at),
        }


def error(code: str, feature_id: UUID | None, message: str, at: tuple[float, float] | None = None) -> Finding:
    """Return a finding that stops publishing."""
    return Finding(code, Severity.ERROR, feature_id, message, at)


def warning(code: str, feature_id: UUID | None, message: str, at: tuple[float, float] | None = None) -> Finding:
    """Return a finding that a manager should see and may leave."""
    return Finding(code, Severity.WARNING, feature_id, message, at)


def errors_in(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that stop publishing."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]
