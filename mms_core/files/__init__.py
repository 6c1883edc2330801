"""Attachments: taken in with care, kept in one storage, served safely."""
