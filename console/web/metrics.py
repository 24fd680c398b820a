"""What `/metrics` tells (Prometheus)."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()

POP_SECONDS = Histogram(
    "lineside_pop_seconds",
    "Seconds from the offer's arrival to a stage of its pop: gathered (facts), picked (script), "
    "sent (to the browser's connection), shown (the browser has it in its document).",
    ["stage"],
    registry=REGISTRY,
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
LINK_UP = Gauge("lineside_link_up", "1 while logged in to the phone system.", ["link"], registry=REGISTRY)
EVENTS = Counter("lineside_events_total", "Events from phone systems.", ["link", "event"], registry=REGISTRY)
FAILURES = Counter(
    "lineside_failures_total", "What went wrong and was survived.", ["what"], registry=REGISTRY
)
