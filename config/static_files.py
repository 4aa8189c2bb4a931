"""Static files: those of the site bear content hashes in their names, so browsers may keep them for ever."""

from servestatic.middleware import ServeStaticMiddleware


class StaticFilesMiddleware(ServeStaticMiddleware):
    """Serve static files; the middleware's own test knows only names that Django's storage has hashed."""

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Return whether Vite made the file: everything below assets/ has the hash of its content in its name."""
        return url.startswith(f"{self.static_prefix}site/assets/")
