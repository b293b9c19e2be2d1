"""The command `persession`, for staff: every verb of `starter/office/`, what there is to see, and the embedded stack.

main       the commands together; errors as sentences and exit codes
desk       what every command stands on                  output     tables and JSON
sessions   book, cancel, attend, sign, ...               explain    a session's money story
money      pay, refund, write-off, the ledger            claims remittances   claims, what payers answered
eligibility  who is covered
denials appeals  the worklist and its causes, proof of filing; appeals by their stages
playbook   what is done about each denial code          deposits   what the bank says arrived
pay pay_out pay_export  periods; what is added; files   work       tasks and schedules
worth      what sessions are worth to a clinician        reports simulate   reports; another policy, tried
reference  setup and change                              people, agreements, listing   add and list
staff      accounts, the first owner's among them
upkeep     backups, and how long things are kept
running    up, doctor, scenario, demo, bench, version
x12 x12_words   insurance files by themselves: checked, shown
"""
