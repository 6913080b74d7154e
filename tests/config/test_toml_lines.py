"""Every key is found on the line where it stands, whatever stands above it."""

import tomllib
from typing import Any

from config.origin import Keys
from config.toml_lines import key_lines

TEXT = '''\
# comment with = and [brackets]
title = "a [ b = c"   # [
[poll]
min_interval = 60
"max_age" = "7d"
list = [
  "one # not a comment",
  { inner = 2 },
]
text = """
fake = 1
[fake]
"quoted" \\""" still
"""
literal = \'\'\'
[[fake]]
\'\'\'
after = 'it\\'
[[source]]
url = "a"
options.deep.key = 1
[[source]] # second
url = "b"
[source.more]
x = 1
[[source.sub]]
y = 1
[[source.sub]]
y = 2
[ "odd name" . 'b' ]
z = "escaped \\" quote ["
zz = 1
'''


def test_every_key_has_its_line() -> None:
    lines = dict(key_lines(TEXT))
    assert lines == {
        ("title",): 2,
        ("poll",): 3,
        ("poll", "min_interval"): 4,
        ("poll", "max_age"): 5,
        ("poll", "list"): 6,
        ("poll", "text"): 10,
        ("poll", "literal"): 15,
        ("poll", "after"): 18,
        ("source", 0): 19,
        ("source", 0, "url"): 20,
        ("source", 0, "options", "deep", "key"): 21,
        ("source", 1): 22,
        ("source", 1, "url"): 23,
        ("source", 1, "more"): 24,
        ("source", 1, "more", "x"): 25,
        ("source", 1, "sub", 0): 26,
        ("source", 1, "sub", 0, "y"): 27,
        ("source", 1, "sub", 1): 28,
        ("source", 1, "sub", 1, "y"): 29,
        ("odd name", "b"): 30,
        ("odd name", "b", "z"): 31,
        ("odd name", "b", "zz"): 32,
    }


def test_every_path_that_is_named_exists_in_what_tomllib_reads() -> None:
    values = tomllib.loads(TEXT)
    for keys, _ in key_lines(TEXT):
        _reach(values, keys)


def _reach(values: Any, keys: Keys) -> None:
    for key in keys:
        values = values[key]
