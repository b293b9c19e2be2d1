"""Servers that stand in for the world, real ones, on 127.0.0.1.

| module | what it is |
|---|---|
| `home` | the data folder: one stack at a time, secrets made once, ports that stay the same |
| `processes` | a server as a child process that dies with us |
| `postgres`, `databases` | PostgreSQL on a unix socket; databases of one server to throw away |
| `temporal_server` | the Temporal dev server with its UI, or the time-skipping test server |
| `mailbox` | an SMTP server that keeps each mail as a file |
| `stripe_server` | what we ask of Stripe's API, over HTTP, with its signed messages |
| `clearinghouse_server` | an SFTP server over the clearinghouse's three folders |
| `clearinghouse`, `clearinghouse_books` | what it answers, and what it remembers |
| `file_verdict`, `claim_case`, `inquiries` | a file at its door; one claim; 270s and 276s |
| `payer_rules`, `payer_script`, `payer_script_reading` | how payers behave: data, in order, from TOML |
| `adjudication`, `payer_answers` | what a payer pays for a claim; what it says when it is asked |
"""
