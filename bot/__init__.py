"""Tocsin, where it talks to people: the pipeline, Discord, the terminal, the web, the command line."""

__version__ = "0.1.0"
