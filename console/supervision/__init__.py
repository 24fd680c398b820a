"""What supervisors do about other people's work: listen to calls, move agents, serve a caller first, write
to agents, look into a call. Each of it is refused to whoever may not, and is on record (`audit`), done or
refused.

    acts           what can be done          views          its addresses
    hearing        listening to a call       call_views     a call as its agent sees it, to read
    reading_copy   a page without anything   record         who did what goes on record
                   that can be pressed       means          what the phone systems can be told
"""
