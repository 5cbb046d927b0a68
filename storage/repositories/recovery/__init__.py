"""Remedies, the ledger, codes."""
