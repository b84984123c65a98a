"""`python -m batch` is `jixiao`."""

from batch.cli import main

if __name__ == "__main__":
    main()
