"""A phone system in the box: a believable day, reproducible from a seed."""
