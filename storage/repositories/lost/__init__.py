"""Lost sales."""
