"""Students: list, details, photos and roster upload."""
