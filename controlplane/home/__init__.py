"""The home page of the admin: how the whole stands, what needs attention, and where to go for it."""
