"""The spaCy pipeline that says what a post is about."""
