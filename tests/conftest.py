"""Every test may use the house's own kit, the one that authors of modules use."""

pytest_plugins = ["mms_core.testing"]
