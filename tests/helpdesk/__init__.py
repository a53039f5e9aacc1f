"""A real django-helpdesk for the tests, in a virtual environment of its own."""
