"""A seeded generator of synthetic clinician posts, and the loopback servers of the demo."""
