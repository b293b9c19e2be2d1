"""Reports: each declared once; its page, picture, CSV, PDF and documentation follow from the declaration.

declaration  what a report is: name, words, columns, ways to group, one SQL
money claims attendance clients work   the reports, by subject
catalog      all of them, and who sees which
asking       a period and a grouping as they are asked for, checked
answering    the SQL asked; sums and ratios made of its columns
cells        values as people read them
sheet picture paper   a report as CSV, as SVG, as PDF
manual       docs/reports.md, written from the declarations
"""
