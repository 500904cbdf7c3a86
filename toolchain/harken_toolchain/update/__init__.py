"""Updates a board over its serial line without touching the vault; see slots.py on the board.

transport.py reaches the board, session.py does the update in steps that can stop anywhere.
"""

from harken_toolchain.update.session import Outcome, update

__all__ = ["Outcome", "update"]
