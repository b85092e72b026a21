"""Pages of the analyzer."""
