"""Check-ins, through the whole house but the network."""
