"""What letters are disguised as: tables that the lexicon and the model's reader share."""

#: Letters of other scripts that look like Latin ones, and those.
LOOKS = "аеорсухіјѕԁһӏкмтнвгпԛԝԍαοικνρτυχεηωγβϲոօսհ"
LIKE = "aeopcyxijsdhlkmthbrnqwgaoikvptuxenwybcnouh"
#: What a character between two letters of one word may stand for; 0 is nothing, 42 any letter.
SIGNS = b"!@$|+(*#%&^="
SIGN_LETTERS = b"ia" + b"slt" + b"c******"
#: Digits 0 to 9 inside a word; 2 stands for nothing.
DIGITS = b"oi2easgtbg"
