"""What the name of a field says about its value."""
