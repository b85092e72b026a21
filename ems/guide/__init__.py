"""The user guide: sections in two languages, with diagrams and pictures of the demo company."""
