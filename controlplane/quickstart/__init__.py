"""The demo on one machine: everything the product needs, found or started, seeded, watched and stopped in order."""
