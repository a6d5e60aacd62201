"""Asking, answering, acting: the rooms of the bank's survey platform, over one database."""
