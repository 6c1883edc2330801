"""The clerk's pages: any citizen, any municipality."""
