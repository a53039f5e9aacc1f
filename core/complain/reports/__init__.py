"""What a person reads: the preview before a submission, the pack for doing it by hand, what comes next."""
