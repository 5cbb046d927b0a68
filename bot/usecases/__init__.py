"""What Verso does, one module a subject; each takes a unit of work."""
