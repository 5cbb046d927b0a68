"""Customers, accounts, people of the business, erasure."""
