"""Error rates of check-ins in classes of many sizes."""
