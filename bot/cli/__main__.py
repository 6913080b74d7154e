"""`python -m bot.cli` is `tocsin`."""

from bot.cli.main import main

main()
