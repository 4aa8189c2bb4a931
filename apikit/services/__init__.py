"""Services that know no app."""
