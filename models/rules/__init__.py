"""What the practice decides: pure functions from facts to decisions that carry their reason.

rates        which price is in force                 attendance   cancellations, no-shows, their fees and waivers
reminders    when to remind                          coding       CPT codes against minutes
scrub        what would get a claim refused          ledger       the table of postings, balanced drafts of entries
paper_claim  a claim as CMS-1500
claim_file   the same, of a claim file alone         file_check   any insurance file, looked over
amending     what was done, corrected after the charge: which claims follow
line_matching  which line of a claim a payer's line answers
claim_spans   which sessions go on one claim, and how long it waits
claim_stages  whose turn it is
line_sharing  what is said of a claim as a whole, laid out over its lines
remittance   a payer's answer as entries             denials      the playbook by group and reason code
collections  which session a payment paid            pay          what a clinician earned, and why
pay_contracts  whose terms hold when          pay_periods  what a period adds: hours, caps, guarantee, draw
pay_words    the rule of a pay line in plain words   pay_days     the day of payment, and its tax year
plans        payment plans, kept or broken           packages     sessions paid in advance
recurrence   the days of a series                    openings     when a clinician is free
waitlist     who is offered a freed time, how long
deadlines    filing and appeal clocks                invoicing    what is due, when it is asked for again
agreements   what a client must have signed          estimates    when a good faith estimate is owed
charting     notes: sections, signatures, reviews    measures     PHQ-9 and GAD-7: items, scores, severity
records      what a client's record lacks            work         whose a task is, by when, what ends it
retention   for how long what is no record is kept
eligibility  when a payer is asked, what it means        share        what a client is expected to pay, and why
claim_status   what a payer says of a silent claim
scrub_checks payer_rules   what each check of the scrub looks at; what a payer wants beyond the guide
worklist appeal_letters    what to work on first; what is written to payers
deposits     which payment a deposit is
authorizations   when a payer's authorization runs out
importing import_columns   files from other systems   webhooks     how other programs are told, and when again
worth        what sessions are worth to who holds them   set_aside   federal tax of the self-employed, estimated
forms        forms as plain text, answers checked    form_library  the forms of the house
"""
