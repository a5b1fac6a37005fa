"""The headers of API responses: challenges, conditional requests, and their place in the OpenAPI document."""
