"""The command line: each file is one group of commands; it parses, calls one function, prints."""
