"""Writing the consent ledger."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from visitors import models, selectors
from visitors.core.consent import Consent, Purpose, changes, consent_of


@transaction.atomic
def record(*, visitor: models.Visitor, wanted: Mapping[Purpose, bool], now: datetime) -> Consent:
    """Add a line for every purpose that changes, and return the consent that stands now."""
    locked = models.Visitor.objects.select_for_update().get(pk=visitor.pk)  # one writer of this ledger at a time
    lines = changes(selectors.current_consent(locked), wanted, now)
    models.ConsentEntry.objects.bulk_create(
        models.ConsentEntry(visitor=visitor, purpose=line.purpose, granted=line.granted, at=line.at) for line in lines
    )
    standing = consent_of(selectors.ledger(visitor))
    visitor.granted = sorted(purpose for purpose, granted in standing.items() if granted)
    visitor.save(update_fields=["granted"])
    return standing
