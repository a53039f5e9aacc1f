"""Templates become text that fits a channel's limits; the letter as PDF; the attachments as they are sent.

Import the module that is needed (`compose`, `fit`, `render`, ...): importing this package alone stays light.
"""
