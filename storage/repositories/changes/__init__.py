"""Changes and notices."""
