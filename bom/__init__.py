"""Several people must agree before PPIC gets the BOM."""
