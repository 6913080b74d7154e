"""The command line: one file per command, and the composition root (compose.py), which alone knows all.

Exit codes, the same for every command:
  0    done
  1    a fault, told on stderr with what to do about it
  2    an option or argument that does not exist
  69   what the program itself needs is missing (told by ./run)
  75   not now, but perhaps later: the database is in use, or does not answer
  78   the settings cannot be used
  130  a second Ctrl-C, or SIGTERM after one, forced the stop
"""
