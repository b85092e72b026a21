"""Files: taken in, judged, stored, sent out; and the one writer of Excel files."""
