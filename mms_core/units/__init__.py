"""The structural units of a hall, who works in them, and which cases go to which by itself."""
