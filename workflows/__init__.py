"""Lifecycles: order, waiting, messages; no rules, no rows.

session        booked, reminded, ended one way or another, its money handed on
series         sessions that recur: booked some weeks ahead, changed and ended from a day on
offering       a freed time, offered to one after the other who waits
calendars      the clinicians' calendars elsewhere, read again and again
claim          a client's claim on one coverage, for one session or several, from draft to its payer's last answer
invoice        what a client owes: mailed, charged, asked for again
payment        money from or to a client, and what it settles
charge         money through the gateway, until it has said how it ended
plan           a payment plan, collected part by part
statements     the month's statements, mailed
scheduled_run  a run of the clock: written down, run through, its result told
sweeps         what is open is followed; superbills and the owners' week are told of
upkeep         backups, exports, and what has been kept long enough
pay_period     a clinician's period: closed, approved, paid; the run that closes what has ended
clearinghouse  the batches: claims out, answers in
remittance     what a payer paid, posted some hundred claims at a time
eligibility    whether clients who are expected are covered
record         what a client's record lacks, each morning and after a change
chart          what a chart asks of people, each morning and after a change
pay_item       what an owner adds to pay by hand, and pay worked out anew
task           something a person must do, until its cause is gone
request        a time that a client would like, until it is booked or declined
paperwork      what a client is to fill in or sign, asked for until it is done
letter         a mail that belongs to nothing else
webhook        a program told of an event until it has heard
importing      a file of another system, checked and brought in
steps          how a workflow asks and waits: queues, timeouts, retries
"""
