"""The console on the web: who may come in, and one customer's time line."""
