"""Text as Telegram sees it: UTF-16 lengths, entities, and the three markups."""
