"""Who a request comes from, as far as the server can know."""
