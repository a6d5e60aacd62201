"""What is asked: definitions, their check, the one validator of answers, scoring, shipped instruments."""
