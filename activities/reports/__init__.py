"""Reports asked and written down: what pages, the command line and mails have in common.

answering    the SQL asked; sums and ratios made of its columns
cells        values as people read them
sheet picture paper   a report as CSV, as SVG, as PDF
"""
