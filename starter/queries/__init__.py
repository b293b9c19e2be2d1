"""What screens ask of the database: one SQL a screen, answered with frozen rows. Nothing here writes.

eligibility  what payers said of coverages
exchange  files to and from the clearinghouse
sessions  sessions and who comes      claims  claims, files, remittances, what is parked
money     entries, balances           proof   that every cent of the ledger is explained
pay       statements and their lines  work    tasks
calendar  days as the calendar shows   openings  free times, and whom they suit
portal portal_money   what clients see of their own
runs      what ran by the clock
story     all that one session did to anybody's money
"""
