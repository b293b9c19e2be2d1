"""Lifecycles: order, waiting, messages; no rules, no rows.

session        booked, reminded, ended one way or another, its money handed on
claim          an attendance's claim on one coverage, from draft to its payer's last answer
invoice        what a client owes: mailed, charged, asked for again
payment        money from or to a client, and what it settles
pay_period     a clinician's period: closed, approved, paid; the run that closes what has ended
clearinghouse  the batches: claims out, answers in
task           something a person must do, until its cause is gone
steps          how a workflow asks and waits: queues, timeouts, retries
"""
