"""What happens on the way that others want to know."""

from django.dispatch import Signal

# After commit: something on a venue's map was closed or opened again. Sent with the venue's `slug`.
closures_changed = Signal()
