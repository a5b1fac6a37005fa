"""Students in the API, with their photos and templates."""
