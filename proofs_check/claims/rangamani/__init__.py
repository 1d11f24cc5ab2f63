"""Claims of Rangamani on recurrent networks trained on modular addition."""
