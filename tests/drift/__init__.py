"""Forms that changed after they were described: a corpus made by code, for ``complain doctor``."""
