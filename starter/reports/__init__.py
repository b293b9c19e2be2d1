"""manual      docs/reports.md, written from the declarations of `models/reports`"""
