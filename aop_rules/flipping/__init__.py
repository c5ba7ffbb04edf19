"""What would have to be different for a better answer, and what is worth asking."""
