"""What people see of what comes in, and the parts that all admin pages are made of."""

from events.admin import api_key

__all__ = ["api_key"]
