"""The console on the web."""
