"""The X12 formats: text on one side, frozen dataclasses on the other; nothing is judged while reading.

- `envelope`: the interchanges, groups and transactions of a text (`structure` says what they are, `nesting` finds them)
- `segments`: one segment, its elements read exactly
- `writing`: rows of elements to an interchange
- `parties`: people, providers, payers and adjustments, shared by the transaction sets
- `claim_837p`, `claim_837p_reading`: claims to payers, written and read (`claims` says what they are)
- `acknowledgment`, `claim_acknowledgment`: TA1 and 999 judge a file, 277CA judges each claim in it
- `remittance_835`, `remittance_835_writing`: what was paid and why not all of it (`remittances`);
  `remittance_totals`: its sums, taken twice
- `status_276_277`: where a silent claim stands (`claim_status`; `status`: one status, as 277 and 277CA give it)
- `eligibility_270_271`, `eligibility_271`: whether a client is covered and what is left to pay (`eligibility`)
- `code_words`, `status_words`, `adjustment_words`, `eligibility_words`: codes in plain words; `action_words`,
  `status_corrections`: the mend
- `loops`: in which loop of its guide a segment stands; `normal`, `normal_claims`, `normal_answers`,
  `normal_statuses`, `normal_words`: files in one plain form for programs
- `judge`: whether a file keeps to its implementation guide, as pyx12 sees it
"""
