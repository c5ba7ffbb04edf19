"""The version of the library, which is kept with each decision."""

__version__ = "0.5.0"
