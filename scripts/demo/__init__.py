"""How the demo desk is made from real accounts and invented people. Run scripts/make_demo.py."""
