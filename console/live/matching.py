"""Makes a topic what the database says."""

from collections.abc import Mapping

from console.live.bus import Bus, Value


async def put_differences(bus: Bus, topic: str, wanted: Mapping[str, Value]) -> bool:
    """Take away what is too much, and put what is missing or different; whether there was any. Raises OSError
    when the bus is away."""
    shown = (await bus.snapshot(topic)).entries
    gone = [key for key in shown if key not in wanted]
    different = [key for key, value in wanted.items() if shown.get(key) != value]
    for key in gone:
        await bus.put(topic, key, None)
    for key in different:
        await bus.put(topic, key, wanted[key])
    return bool(gone or different)
