"""Hypotheses: written down before, tried on some and not on others, ended with what was learned."""
