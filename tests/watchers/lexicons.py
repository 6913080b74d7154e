"""Checks values against Bluesky's lexicons (https://atproto.com/specs/lexicon), as far as shapes go."""

import json
from pathlib import Path
from typing import Any

TYPES = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict}


class Lexicons:
    """The lexicons below `folder`, read when first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check_output(self, query: str, value: object) -> None:
        """Raise AssertionError unless `value` is an answer to `query` (an NSID)."""
        self._check(self._definition(query, "main")["output"]["schema"], value, query, query)

    def _definition(self, nsid: str, name: str) -> dict[str, Any]:
        path = self._folder.joinpath(*nsid.split(".")).with_suffix(".json")
        found: dict[str, Any] = json.loads(path.read_text())["defs"][name]
        return found

    def _check(self, schema: dict[str, Any], value: Any, nsid: str, where: str) -> None:
        kind = schema["type"]
        if kind in ("ref", "union"):
            self._check_ref(schema, value, nsid, where)
        elif kind == "record":
            self._check(schema["record"], value, nsid, where)
        elif kind != "unknown":
            assert isinstance(value, TYPES[kind]), where
            self._check_inner(schema, value, nsid, where)

    def _check_inner(self, schema: dict[str, Any], value: Any, nsid: str, where: str) -> None:
        if schema["type"] == "array":
            for number, one in enumerate(value):
                self._check(schema["items"], one, nsid, f"{where}[{number}]")
        if schema["type"] == "object":
            for name in schema.get("required", ()):
                assert name in value, f"{where} lacks {name}"
            for name, inner in schema.get("properties", {}).items():
                if name in value:
                    self._check(inner, value[name], nsid, f"{where}.{name}")

    def _check_ref(self, schema: dict[str, Any], value: Any, nsid: str, where: str) -> None:
        if schema["type"] == "union":
            refs = [ref if not ref.startswith("#") else nsid + ref for ref in schema["refs"]]
            ref = value["$type"]
            assert ref in refs, f"{where}: {ref}"
        else:
            ref = schema["ref"]
        target, _, name = ref.partition("#")
        target = target or nsid
        self._check(self._definition(target, name or "main"), value, target, where)

    def check_record(self, value: dict[str, Any]) -> None:
        """Raise AssertionError unless `value` is a record of its `$type`."""
        nsid = value["$type"]
        self._check(self._definition(nsid, "main"), value, nsid, nsid)
