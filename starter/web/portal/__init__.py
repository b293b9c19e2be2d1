"""The portal: the pages of clients and parents. Each module has a `router` that `app` finds."""
