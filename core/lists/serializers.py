"""Shape of a saved view on the wire (docs/contract.md#views)."""

from core.http.wire import WireFlag, WireInteger, WireSerializer, WireText


class ViewSerializer(WireSerializer):
    """A saved view, in and out. ``query`` is that of the page's address; ``default``: the caller's list opens with it."""

    id = WireInteger(read_only=True)
    list = WireText(max_length=40)
    # The rules are the service's, which says how long they may be.
    name = WireText()
    query = WireText()
    shared = WireFlag()
    default = WireFlag()
    mine = WireFlag(read_only=True)
    owner = WireText(read_only=True)
    url = WireText(read_only=True)
