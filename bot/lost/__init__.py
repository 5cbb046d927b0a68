"""Lost sales: noted, listed, and told when it is here."""
