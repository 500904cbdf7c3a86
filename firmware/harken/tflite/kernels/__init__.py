"""Kernel sets with one contract: `lx6`, `viper` and `portable`.

`NAME` is the best set that this machine runs. A set is a package with one module a family; what a
set lacks is taken from the next one. The contract is written down in the package's README.
"""

from ..compat import leaf

SETS = ("lx6", "viper", "portable")


def usable(name):
    """Whether this machine runs the set `name`: its package imports."""
    try:
        leaf(__name__ + "." + name)
        return True
    except (ImportError, SyntaxError):
        return False


def _best():
    for name in SETS:
        if usable(name):
            return name


NAME = _best()


def find(kernels, family, name):
    """The kernel `name` of module `family` from the set `kernels` or the next one that has it."""
    for at in range(SETS.index(kernels), len(SETS)):
        try:
            found = getattr(leaf(__name__ + "." + SETS[at] + "." + family), name, None)
        except ImportError:
            continue
        if found is not None:
            return found
    raise KeyError("kernel %s of %s" % (name, family))
