"""A real Postfix and a real Dovecot, each with its own configuration, on loopback, gone after the tests."""
