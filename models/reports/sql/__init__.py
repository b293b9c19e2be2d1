"""The SQL of the reports: one statement each, with places for what a grouping fills in.

parts      what several of them share: keys and names of groups, clients' money traced to sessions
revenue aging standing deposits fees yields   money
quality    claims and denials
attendance utilization forecast notes   sessions and work
clients    new, leaving, who they are

Every statement knows `:first` and `:last` (local days, both inside), `:since` and `:until` (the moments around them),
`:today`, `:now`, `:tz`, and `:clinicians` (null: everybody's).
"""
