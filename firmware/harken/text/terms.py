"""Words that say who somebody is, read as one and the same: a model cannot tell them apart.

What a model says of a text may not depend on whom it is about (Garg et al., Counterfactual
Fairness in Text Classification, AIES 2019, call this blindness).
"""

from harken.text.native import micropython, ptr8

#: In place of such a word's hash.
TERM = 1


@micropython.viper
def is_term(terms: ptr8, count: int, value: int) -> int:
    """Whether `value`, a word's 24-bit hash, is one of the `count` in `terms`.

    `terms` holds them in ascending order, 3 bytes each, the highest byte first.
    """
    low = 0
    high = count
    while low < high:
        middle = (low + high) >> 1
        at = 3 * middle
        found = int(terms[at]) << 16 | int(terms[at + 1]) << 8 | int(terms[at + 2])
        if found == value:
            return 1
        if found < value:
            low = middle + 1
        else:
            high = middle
    return 0
