"""`python -m batch` is `jixiao`."""

from batch.app.cli import main

if __name__ == "__main__":
    main()
