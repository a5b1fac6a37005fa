"""What answers have in common beside their content: ids, limits and what caches may do with them."""
