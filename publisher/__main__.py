"""The program: ``python -m publisher``, and the console command."""

from publisher.memory import spare_collections


def main() -> None:
    """Imports the command line when garbage is looked for seldom: nothing that is imported is garbage."""
    spare_collections()
    from publisher.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
