"""Lost sales: which words name the same thing, and what may be done about it."""
