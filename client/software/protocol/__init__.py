"""What all calls of other software share: tokens, bodies, problems, ETags, idempotency keys and pages."""
