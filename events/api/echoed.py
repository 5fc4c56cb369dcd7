"""Bodies that replace what was read: read-only members may come back as they were, and with no other value."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from events.api.strict import StrictSerializer

READ_ONLY = "is read-only: leave it out, or send it back as it is now"


class EchoSerializer(StrictSerializer):
    """A whole body. What is shown now, as JSON, is the `shown` of the context; a new thing shows nothing.

    So a script can get a thing, change a member and put it back, and none can set by stealth what is not its to set.
    """

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        shown: Mapping[str, Any] = self.context.get("shown", {})
        sealed = {name for name, field in self.fields.items() if field.read_only and name in data}
        if changed := sorted(name for name in sealed if name not in shown or shown[name] != data[name]):
            raise serializers.ValidationError({name: [READ_ONLY] for name in changed}, code="read-only")
        return super().to_internal_value({name: data[name] for name in data if name not in sealed})
