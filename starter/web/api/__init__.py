"""The JSON API of other programs. Each module has a `router` that `app` finds."""
