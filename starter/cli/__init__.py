"""The command `persession`, for staff: every verb of `starter/office.py`, what there is to see, and the embedded stack.

main       the commands together; errors as sentences and exit codes    desk    what every command stands on
sessions   book, cancel, attend, sign, ... and explain                  money   pay, refund, write-off, ledger
claims     claims and remittances                                       pay     pay periods
work       tasks and schedules                                          reference  setup, add, change, list
running    up, doctor, scenario, demo, bench, version                   output  tables and JSON
"""
