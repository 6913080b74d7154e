"""Decides what posts mean. Pure functions and values: no I/O but the packaged lexicon, no database, no
clock.
"""
