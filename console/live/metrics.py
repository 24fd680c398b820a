"""What the live part counts, for `/metrics`."""

from prometheus_client import Counter, Gauge

from console.web.metrics import REGISTRY

CONNECTIONS = Gauge("lineside_live_connections", "Open live connections of this process.", registry=REGISTRY)
FRAMES = Counter("lineside_live_frames", "Frames handed to sockets.", registry=REGISTRY)
DROPPED = Counter("lineside_live_dropped", "Live connections dropped by us.", ["reason"], registry=REGISTRY)
BAD_MESSAGES = Counter(
    "lineside_live_bad_messages", "Messages from browsers that made no sense.", ["reason"], registry=REGISTRY
)
RESYNCS = Counter(
    "lineside_live_resyncs", "Snapshots that were asked for anew.", ["reason"], registry=REGISTRY
)
FAILED_RENDERS = Counter(
    "lineside_live_failed_renders", "Frames without content: their renderer failed.", registry=REGISTRY
)
FAILURES = Counter(
    "lineside_live_failures", "What failed in the hub, and was survived.", ["where"], registry=REGISTRY
)
BUS_BREAKS = Counter("lineside_bus_breaks", "Broken connections to the bus.", registry=REGISTRY)
LAPSED = Counter(
    "lineside_bus_lapsed", "Changes and messages of the bus that were forgotten.", ["kind"], registry=REGISTRY
)
