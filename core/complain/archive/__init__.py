"""The archive: one BagIt bag per filing, verified against the journal, exported for whoever must see it."""
