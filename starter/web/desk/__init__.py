"""The desk: the pages of the staff, by subject. Each module has a `router` that `app` finds."""
