"""Run the command-line tool with ``python -m complain``."""

from complain.cli.main import main

if __name__ == "__main__":
    main()
