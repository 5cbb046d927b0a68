"""Talking with a customer: conversations, what comes in, first contact, the menu."""
