"""The HTTP server: the business's systems, health, metrics."""

from bot.http.app import create_http_app
from bot.http.health import Probe, Status
from bot.http.metrics import Metrics

__all__ = ["Metrics", "Probe", "Status", "create_http_app"]
