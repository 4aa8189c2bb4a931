"""What other apps may listen to. Sent after commit, never before."""

from django.dispatch import Signal

snapshot_published = Signal()
"""A venue's current publication is another one now. Sent with `publication`, sender models.Publication."""
