"""Reports: each declared once; its page, picture, CSV, PDF, mail and documentation follow from the declaration.

declaration  what a report is: name, words, columns, ways to group, one SQL
money claims attendance clients work   the reports, by subject
catalog      all of them, and who sees which
asking       a period and a grouping as they are asked for, checked
sql          one statement a report, as text: nothing here speaks to a database
"""
