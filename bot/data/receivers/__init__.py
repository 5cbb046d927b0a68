"""Other systems that are told what happens, by signed webhooks, and the log of it."""
