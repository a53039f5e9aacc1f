"""Real widget pages, and the small server and browser that the tests of filling share."""
