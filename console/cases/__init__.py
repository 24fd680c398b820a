"""Cases: requests being worked on."""
