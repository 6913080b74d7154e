"""What every test may ask for, and the rule that in CI nothing that needs ../shared is skipped in silence."""

import os
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real news, API descriptions and sample feeds; without it the test is skipped."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared, which is not here")
    return SHARED


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI ../shared is there: a skipped `shared` test would be a check that nobody makes."""
    report = yield
    if report.skipped and item.get_closest_marker("shared") and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: a `shared` test must not be skipped in CI ({report.longrepr})"
    return report


# The same examples every time: what passes here passes in CI. Look further with --hypothesis-profile=default.
hypothesis.settings.register_profile("same", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("same")
