"""What every HTTP API of ours needs: problem+json, paging, idempotency, throttling. Knows no app."""
