"""Who a request comes from, as far as the server can know, and how often they may still try."""
