from django.apps import AppConfig


class NavigationConfig(AppConfig):
    name = "navigation"

    def ready(self) -> None:
        """Connect the receivers."""
        from navigation import receivers  # noqa: F401  (importing connects them)
