"""People and clocks that start or ask.

office/ setup   every verb of the practice, once; its reference data, checked and kept
web/            desk, portal and API, as pages
reports/        docs/reports.md, made from what the reports declare
cli/ queries/   the command `persession`, and what it looks up
schedules       what runs by the clock
stack running migrations sandbox/   the embedded servers, a practice kept running on them, what stands in for the world
doctor          what is reachable, migrated and registered
scenarios/ demo/ bench/   a practice from a file, a practice to look at, a practice to measure
worth worth_picture   what sessions are worth to their clinician, and as a picture
simulate/       another policy, rate or contract, tried on how people really behave
rule_pages      the pages of docs/rules, made from the rules' tables
"""
