"""Steps: what workflows ask for, one transaction each: rows -> facts -> rules -> rows.

sessions invoices payments claims remittances clearinghouse pay tasks   the steps, by noun
settlement fees charts ledger directory   what steps share: what a session leaves, fees, notes, entries, who is who
records agreements estimates files reviews record_papers agreement_samples   clients' records
signatures measures diagnoses psychotherapy chart_tasks chart_document   charts: signed, measured, kept apart, printed
announcing webhooks importing imported exporting tokens   other programs: told of events, their files in, ours out, keys
forms requests links portal_mails          what clients fill in and ask for, and the links that spare them the way
earnings pay_contracts pay_signing pay_changes   what is earned, line by line; agreed; signed; added by hand
pay_anew                                      pay worked out anew since a day: sessions, shares of fees, logged hours
pay_entries                                   rules and adjustments entered, put right and ended
pay_deciders                                  who is whom, so that nobody decides on their own pay
pay_days                                      the day of payment: said, and corrected with a reason
pay_facts pay_preview pay_document          a period as rules read it; before it is closed; a statement
pay_files pay_years bank_accounts           files for bank and payroll; the tax year; where pay goes
series waitlist availability calendars reserving scheduling_mails   when sessions are, may be, and who waits for one
charges cards_on_file plans packages        the gateway asked and heard, agreed parts, prepaid sessions
sweeping figures reports/                 what is open is followed; the owner's week; reports asked and written down
papers statements superbills money_mails    what clients read about money
runs backups sealing retention            what ran by the clock; copies at rest, sealed; what has been kept long enough
claim_files paper_claims voiding claim_status insured   claims as 837P, on paper, taken back, asked after; who is who
eligibility eligibility_answers shares    whether clients are covered, and what is left to them
coverage_answers coverage_calls           what was said of coverages as they are now, by file or telephone
claim_making claim_answers                claims made and scrubbed; what clearinghouse and payers say of them
claim_gathering separating                claims that wait for further sessions; one taken off again
claim_batches interchanges                the day's files, judged; any file of ours, written down before it leaves
answer_files remittance_files kept_answers   what files of answers say; an 835 taken in; answers as they are kept
same_money                                money that a file told of before
posting heard                             what payers paid, many claims in one transaction; what is said of a session
matching claim_lines answered_lines       which claim, and which line of it, an answer is about
standing_answers verdicts                 which answers stand, of each line the newest; where a claim stands by them
service_lines details amending            what a session is billed as; add-ons, how it was held; both corrected later
scrubbing code_lists overruling corrections   claims before they leave; codes; warnings overruled; words of corrections
claim_rows                                the rows that claims are about, read in one go
kept_words                                the reasons people type, kept before workflows learn their ids
playbook clocks appeals appeal_letters    denied claims: plays, what runs out, appeals
giving_up closings half_answered          claims given up, none of which something is still to be answered
filing_proof                              proof that they were filed in time
deposits remittance_document              what the bank says arrived; a payment on paper
access account_mails                      who comes in, and the links they are mailed
mail rendering documents calendar_file wording templates/   what people read
relay alive                               other workflows told once a step has committed; that a long step goes on
profiles uploads                          answers that people bring; how a clearinghouse wants to be dealt with, as data
ports adapters/ settings codec vault database   the world, and where a step is committed
"""
