"""The practice as data and rules: pure, importable from everywhere.

money, calendar     the only rounding; practice time, quiet hours and pay periods
errors, messages    what can go wrong; what crosses Temporal
paying              contracts and pay periods: what rules read, and what crosses Temporal
nacha, bank_days    direct deposits as a bank takes them; when banks settle
collecting          what crosses Temporal about charges, plans and statements
billed              what is billed of a session: how it was held, its service, add-ons
requests            what crosses Temporal about wishes for a time and paperwork
scheduling          series, openings, the waitlist: what rules read, and what crosses Temporal
facts               frozen inputs of the rules, made from rows by the activities
rules/              facts -> decisions that carry their reason
reports/            every report, declared once, with its SQL
addresses           as envelopes and forms carry them
unfolding           lists made while they are gone through
words               what a practice calls its people and things
letters             letters beyond ASCII, in files that take none and in names that are compared
checks/             what cannot be right about a row of reference data, said at its field
tables/             rows, one subject a file; migrations/ beside it
x12/                insurance files: text <-> frozen dataclasses
"""
