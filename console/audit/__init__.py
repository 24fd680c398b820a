"""Who did what to whose work: the log of what supervisors do, and of what was refused to anybody.

Rows are only ever added. They name users, calls and queues by their keys, and hold nothing that a person
typed or that a caller is: so whoever is erased is not in here.

    models      the table              acts    what can be done, and what it is called
    actions     adds a row             queries reads them
"""
