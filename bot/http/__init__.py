"""The HTTP server: the business's systems, health, metrics."""
