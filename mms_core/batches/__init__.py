"""Work on many cases at once, done in the background: handing over, answering, exporting."""
