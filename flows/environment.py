"""What must be set before Prefect is imported."""

import os


def prepare() -> None:
    """No usage statistics, no logs sent to the API, and time enough for a slow machine to start the embedded server.

    An operator's own choice holds.
    """
    for name, value in {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    }.items():
        os.environ.setdefault(name, value)
