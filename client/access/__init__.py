"""Who may open which page: logins, roles, the kiosk lock and the navigation."""
