"""Finite groups: elements and conjugacy classes, names, exact characters, real irreducible representations.

`names.group` and `names.structure` read names, `finite_group.FiniteGroup` enumerates, `characters.character_table`
computes. Nothing is imported here, so that the closed forms of `structure` need no numerical package.
"""
