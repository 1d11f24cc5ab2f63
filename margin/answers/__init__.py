"""What every answer is, whatever the task: records, outcomes of checks, JSON and text."""
