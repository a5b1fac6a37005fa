"""Shared by all pages and calls: services, security, translations, rate limits, forms and wording."""
