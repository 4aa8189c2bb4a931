"""What changes a venue's map. One service, one transaction."""
