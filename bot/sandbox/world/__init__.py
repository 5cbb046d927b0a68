"""What exists in the sandbox: people, bots, chats, messages, files, queues, budgets."""
