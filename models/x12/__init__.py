"""The X12 formats: text on one side, frozen dataclasses on the other; nothing is judged while reading.

- `segments`, `envelope`: reading: one segment, and the interchanges, groups and transactions around it
- `writing`: rows of elements to an interchange
- `parties`: people, providers, payers and adjustments, shared by the transaction sets
- `claim_837p`: claims to payers
- `acknowledgment`, `claim_acknowledgment`: TA1 and 999 judge a file, 277CA judges each claim in it
- `remittance_835`: what was paid and why not all of it
- `judge`: whether a file keeps to its implementation guide, as pyx12 sees it
"""
