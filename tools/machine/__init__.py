"""`sonomask machine`: make, check and show the configuration of one customer's machine."""
