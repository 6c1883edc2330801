"""What the module is called; its tables stand in the files of their parts."""

from __future__ import annotations

NAME = "citizen_reception"
