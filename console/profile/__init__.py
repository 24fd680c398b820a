"""The customer's page, and the import of customer records from CSV files."""
