"""What the business tells of customers and events: items, files, webhooks."""
