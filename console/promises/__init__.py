"""What was promised and offered to customers on calls: call-backs, which are owed until they are done or
withdrawn, and offers with what was answered to them.

`appointments` decides which moment may be promised (pure), `actions` writes, `queries` reads for the
customer's page, `news` tells those who show it on calls. A pop reads both with all the rest about its caller,
in the one statement of `facts`.
"""
