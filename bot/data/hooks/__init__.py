"""What other systems' webhooks mean, without a database or HTTP."""
