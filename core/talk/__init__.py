"""Talk about a record: comments, questions to a person, and who follows it."""
