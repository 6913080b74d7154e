"""Discord's errors: their codes, statuses and bodies."""

from typing import Any

Json = dict[str, Any]

STATUS: dict[int, tuple[int, str]] = {
    0: (404, "404: Not Found"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160002: (403, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (403, "Thread is locked"),
}


class ApiError(Exception):
    """A refusal: Discord's code decides status and message; `errors` is the tree of a form's faults."""

    def __init__(self, code: int, errors: Json | None = None) -> None:
        self.status, self.message = STATUS[code]
        self.code = code
        self.errors = errors
        super().__init__(f"{code} {self.message}")

    def body(self) -> Json:
        """The JSON body of the answer."""
        body: Json = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        if self.status == 429:
            body |= {"retry_after": 20.0, "global": False}
        return body


class Form:
    """Collects the faults of one request body and refuses it as Discord does, all of them at once."""

    def __init__(self) -> None:
        self._tree: Json = {}

    def fault(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        """Note one fault at `path`, such as ("embeds", 0, "title")."""
        node = self._tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def text(
        self, path: tuple[str | int, ...], value: object, most: int, *, needed: bool = False, least: int = 0
    ) -> None:
        """Check a text's length in characters; a needed one may not be empty or blank."""
        if value is None or value == "" or (needed and isinstance(value, str) and not value.strip()):
            if needed:
                self.fault(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif not isinstance(value, str):
            self.fault(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        elif len(value) > most:
            bounds = f"between {least} and {most}" if least else f"{most} or fewer"
            code = "BASE_TYPE_BAD_LENGTH" if least else "BASE_TYPE_MAX_LENGTH"
            self.fault(path, code, f"Must be {bounds} in length.")

    def finish(self) -> None:
        """Raises ApiError 50035 if any fault was noted."""
        if self._tree:
            raise ApiError(50035, self._tree)
