"""Who is asked, when and how: planning, evaluation, delivery, and why not."""
