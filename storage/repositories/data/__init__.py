"""Webhooks, uploads, exports, retention."""
