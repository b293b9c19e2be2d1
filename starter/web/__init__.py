"""The pages: the desk of the staff, the portal of the clients, the API of other programs.

app        all routes together, and what holds for every answer
site       what the pages stand on: office, clock, address
visit person looking   one request: who asks, what may be read, how it is answered
forms fields sent_before   what people type, and what is wrong with it; a form that comes again
downloads measure_chart   files as browsers get them; scores over time as a picture
templating menu words   pages from templates, the navigation, what a practice of each kind calls things
serving    pages behind a port, in this process or a process of their own
temporal_views   what a billing team looks at in the Temporal UI
access/    sign-in, second factor, accounts, who may do what
desk/ portal/ api/   the pages by subject; templates/ and static/ beside them
"""
