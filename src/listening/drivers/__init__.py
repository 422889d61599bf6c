"""What drives the conversation: SQL marts, and their statistics."""
