"""A phone system in the box: a believable day, reproducible from a seed.

Reading order: `population` (who may call, which queues ring whom: given by whoever composes, the simulator
knows no database), `day` (pure: a seed and a moment in, events out), `source` (plays a day in real time
behind the port that every phone system implements).
"""
