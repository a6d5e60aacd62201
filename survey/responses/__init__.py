"""Responses in and out: counted, exported, imported, turned into an analysis table."""
