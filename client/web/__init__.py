"""What all pages and calls share: services, security, languages, rate limits, forms and wording."""
