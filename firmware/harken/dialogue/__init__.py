"""The dialogue: what is answered to a turn, and in which state the session is."""
