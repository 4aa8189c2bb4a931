"""What the API itself remembers."""

from typing import ClassVar

from django.db import models


class StoredAnswer(models.Model):
    """The answer that a request with this key got, kept for a while so that the same request gets it again."""

    scope = models.CharField(max_length=100)
    """Whose key it is and for what, such as `visitor:<hex>:sightings`."""
    key = models.CharField(max_length=100)
    body_hash = models.BinaryField(max_length=32)
    """SHA-256 of the request's body: the same key with another body is a mistake of the sender."""
    sealed_answer = models.BinaryField()
    """Readable only to who sent the request, where the answer says something about them."""
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["scope", "key"], name="one_answer_a_key")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
