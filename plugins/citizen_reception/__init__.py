"""Citizen reception: a person is received, heard, and promised nothing in vain.

The engagement centre coordinates receptions, helps with correspondence, plans visits to the
building and gives information (the customer's first document; rules.md R1 to R6).
"""
