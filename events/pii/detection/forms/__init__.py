"""The exact forms of what is personal. Each module finds hits in the joined texts of a page."""
