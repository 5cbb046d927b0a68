"""What makes a complaint right: remedies, limits, the ledger, codes."""
