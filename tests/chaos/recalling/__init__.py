"""A recall under kills and refusals: `python -m tests.chaos.recalling --owners 8000 --kills 20`."""
