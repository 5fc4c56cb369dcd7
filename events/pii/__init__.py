"""Personal data: found, decided about, protected."""
