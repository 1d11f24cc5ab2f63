"""Many small networks trained as one tensor program, with a leading axis of networks."""
