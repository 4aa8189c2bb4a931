"""What other apps may listen to. Sent after commit, never before."""

from django.dispatch import Signal

message_queued = Signal()
"""Messages wait in the outbox. Sent with `messages`, the rows of one batch, sender models.VisitorMessage."""
