"""A visitor on a route: where on it they are, how fast they go, what lies ahead of them."""
