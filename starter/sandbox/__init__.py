"""Servers that stand in for the world, real ones, on 127.0.0.1.

| module | what it is |
|---|---|
| `home` | the data folder: one stack at a time, secrets made once, ports that stay the same |
| `processes` | a server as a child process that dies with us |
| `postgres` | PostgreSQL on a unix socket |
| `temporal_server` | the Temporal dev server with its UI, or the time-skipping test server |
| `mailbox` | an SMTP server that keeps each mail as a file |
| `stripe_server` | what we ask of Stripe's API, over HTTP, with its signed messages |
| `clearinghouse_server` | an SFTP server over the clearinghouse's three folders |
"""
