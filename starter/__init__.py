"""People and clocks that start or ask.

office          every verb of the practice, once
cli/            the command `persession`
schedules       what runs by the clock
stack sandbox/  the embedded servers, and what stands in for the world
scenario demo bench   a practice from a file, a practice to look at, a practice to measure
"""
