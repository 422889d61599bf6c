"""The hash chain of every decision of both gates, without a value in it."""
