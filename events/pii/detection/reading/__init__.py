"""Reading an event: its texts, what is wrapped in them, and where each stands."""
