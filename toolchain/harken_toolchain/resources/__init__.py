"""Helplines and crisis answers: their schema, their checks and the tables the board reads."""
