"""Puts an image on a board: find the port, plan what is written, write, greet.

ports.py finds and explains serial ports, plan.py decides, silicon.py is the only module that
touches a chip, talk.py speaks with the application afterwards.
"""
