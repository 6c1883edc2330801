"""Citizen feedback: from a rating or a need to a line in next year's budget.

For those who used a municipal programme, for residents who name a need, and for the city hall that
must discuss both. Every rule is an article of the ordinance that Tskaltubo adopted and Khoni runs;
the README goes through it article by article. A hall adapts the ordinance's text as its own.
"""
