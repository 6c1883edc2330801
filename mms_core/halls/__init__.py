"""The life of a hall in the system: carried elsewhere whole, erased, merged into its successor."""
