"""The protocol that all API calls share: tokens, bodies, problems, ETags, idempotency keys and paging."""
