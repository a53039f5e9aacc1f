"""What happened: the case file, its model, and what keeps it true.

Nothing is imported here: `complain.case.folder` must stay free of heavy libraries.
"""
