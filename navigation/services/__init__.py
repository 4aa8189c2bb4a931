"""What navigation does: rows in, cores called, rows out."""
