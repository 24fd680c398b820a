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
RESYNC_DIFFERENCES = Counter(
    "lineside_resync_differences",
    "What was believed and the phone system said otherwise, put right by a resync.",
    ["link", "kind"],
    registry=REGISTRY,
)
CALLS_AT_START = Counter(
    "lineside_calls_at_start",
    "Calls that were going on when the process connected to the phone system for the first time.",
    ["link"],
    registry=REGISTRY,
)
EVENT_LAG = Gauge(
    "lineside_event_lag_seconds",
    "How late the last event came, by the phone system's clock against ours.",
    ["link"],
    registry=REGISTRY,
)
SOURCE_DROPPED = Counter(
    "lineside_source_dropped",
    "What came from the phone system and was dropped, by the reason.",
    ["link", "reason"],
    registry=REGISTRY,
)
STEPS_JOINED = Counter(
    "lineside_steps_joined",
    "Steps of calls that went untold because too many waited; the later ones were told.",
    registry=REGISTRY,
)
POPS_REFUSED = Counter(
    "lineside_pops_refused",
    "Pops that were not shown because too many calls were ringing at the desk.",
    registry=REGISTRY,
)
PACKETS = Counter(
    "lineside_packets",
    "Calls that were handed over and answered, by whether their agent saw what comes with them: shown (while "
    "it rang), late (when they had answered already), not_shown, unknown (nobody knows who had them before).",
    ["shown"],
    registry=REGISTRY,
)
CALLS_UNRECORDED = Counter(
    "lineside_calls_unrecorded", "Calls that could not be put on record and never will be.", registry=REGISTRY
)
CALLS_TO_RECORD = Gauge("lineside_calls_to_record", "Calls that wait to be put on record.", registry=REGISTRY)
PUTS_DROPPED = Counter(
    "lineside_puts_dropped",
    "Entries for the bus that were given up because too many waited while it was away.",
    registry=REGISTRY,
)
COMMANDS_DONE = Counter(
    "lineside_commands",
    "Commands to phone systems, by what came of them: Done, Refused or Unsure.",
    ["link", "command", "outcome"],
    registry=REGISTRY,
)
