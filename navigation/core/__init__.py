"""The pure core of navigation: compiling, searching, guiding."""
