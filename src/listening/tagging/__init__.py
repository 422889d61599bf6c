"""The spaCy pipeline: what a post is about, from its redacted text, its shared links and what it is made of."""
