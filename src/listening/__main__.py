"""`python -m listening`."""

from listening.cli import main

if __name__ == "__main__":
    main()
