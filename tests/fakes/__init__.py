"""Far sides that the tests run themselves: real servers and services on this machine."""
