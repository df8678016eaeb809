"""Structured logs: what a line may say, and how it leaves the process without being waited for."""

from shared.logs.lines import configure_logs, json_without_unseen, redacted

__all__ = ["configure_logs", "json_without_unseen", "redacted"]
