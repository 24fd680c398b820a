"""The command line, `lineside …`: one module a command, thin over the slices' actions."""
