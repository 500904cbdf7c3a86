"""Text to numbers: folding, tokens, hashes and the rows of an embedding table.

Training and the board import the same modules, so that a model never meets a text that was
prepared in another way than the texts it learnt from.
"""
