"""The desk: the pages of the staff, by subject. Each module with a `router` is found by `app`.

home owner_day tasks task_list task_view   the day, an owner's morning, what waits for people
calendar calendar_view booking choosing series_page session_page availability offers waitlist   sessions and times
clients client_tabs client_record details contacts coverages   who clients are
client_forms forms requests documents agreements agreement_texts estimates   what they fill in, ask for, sign
chart chart_frame notes note_form plans diagnoses measures psychotherapy   their charts
billing billing_tabs invoices payments payment_plans packages cards client_money statements gateway_page   their money
claims denials appeals paper_claims payer_rules billing_groups   claims and what is done about their denials
remittances parked deposits exchange   what payers answered; what the bank says; files
pay pay_tabs pay_agreed pay_items pay_files pay_accounts my_pay worth   clinicians' pay
practice self_booking reports imports exports tokens webhooks   settings, figures, other programs
runs temporal upkeep   what runs by the clock, what the Temporal UI shows, how long things are kept
"""
