"""Lifecycles: order, waiting, messages; no rules, no rows.

session        booked, reminded, ended one way or another, its money handed on
claim          an attendance's claim on one coverage, from draft to its payer's last answer
invoice        what a client owes: mailed, charged, asked for again
payment        money from or to a client, and what it settles
pay_period     a clinician's period: closed, approved, paid
clearinghouse  the batches: claims out, answers in, periods closed
task           something a person must do, until its cause is gone
steps          how a workflow asks, waits and hands on: queues, timeouts, retries, search attributes
"""
