"""What screens ask of the database: one SQL a screen, answered with frozen rows. Nothing here writes.

reading   SQL in, rows out; the SQL of reports is in `models/reports/sql`

calendar openings waitlist    days, free times and whom they suit, who waits for one
sessions story                sessions and who comes; all that one did to anybody's money
services                      what is offered, and what is done beside a session
clients agreements estimates  who they are, what was agreed, what they were told a year costs
chart                         notes, plans, measures, who looked at them
eligibility                   what payers said of coverages

billing statements money      invoices, payments, check-in; whose month is stated; entries and balances
aging                         the aging report's rows, for its page
proof                         that every cent of the ledger is explained
portal portal_money           what clients see of their own

claims claim_board            one claim; all of them by status
claim_extras causes worklist  what people decided about one; why they are denied; which is worth most
exchange remittances          files to and from the clearinghouse; what payers paid, what is parked
payment_on_paper              a payer's payment, line by line, as its paper reads it

pay pay_agreed worth          statements and lines, contracts, what a session is worth
home owner work runs          a day at a glance, an owner's month, tasks, what ran by the clock
kept                          how many rows and files are kept, by which rule
access integration api        accounts and sign-ins, keys and webhooks, what other programs ask
"""
