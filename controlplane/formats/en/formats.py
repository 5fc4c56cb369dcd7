"""One way to write a time on every page: to the second, and with its zone."""

DATETIME_FORMAT = "Y-m-d H:i:s T"
