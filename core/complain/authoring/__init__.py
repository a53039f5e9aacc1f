"""For people who write a channel: checking a definition, and beginning one from a page."""
