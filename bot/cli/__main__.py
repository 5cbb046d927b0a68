"""`python -m bot.cli` does what `verso` does."""

from bot.cli import main

main()
