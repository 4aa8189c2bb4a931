"""Consent as a fold over its ledger: the newest line of a purpose counts, and absence means no."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What a visitor may consent to, each apart from the others."""

    POSITIONING = "positioning"
    HISTORY = "history"
    ANALYTICS = "analytics"
    MARKETING = "marketing"


@dataclass(frozen=True)
class LedgerLine:
    """A purpose was granted, or withdrawn, at an instant."""

    purpose: Purpose
    granted: bool
    at: datetime


Consent = Mapping[Purpose, bool]


def consent_of(ledger: Iterable[LedgerLine]) -> Consent:
    """Return what is granted now, for every purpose. The ledger comes in the order in which it was written.

    >>> consent_of([])[Purpose.MARKETING]
    False
    """
    written = {line.purpose: line.granted for line in ledger}
    return {purpose: written.get(purpose, False) for purpose in Purpose}


def changes(current: Consent, wanted: Mapping[Purpose, bool], at: datetime) -> list[LedgerLine]:
    """Return the lines that turn the current consent into the wanted one. Purposes not named keep what they have."""
    return [
        LedgerLine(purpose, wanted[purpose], at)
        for purpose in Purpose
        if purpose in wanted and wanted[purpose] is not current[purpose]
    ]
