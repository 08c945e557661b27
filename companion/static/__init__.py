"""The explorer as one folder that needs no server: its numbers are computed in the browser, by `js/`."""
