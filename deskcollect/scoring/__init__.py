"""The scoring room: features, card, points, reasons, what recorded outcomes do, how well it judges.

features   what a book says about an account, without units of money, declared once
formulas   the month-by-month expressions the features are made of
card       the scorecard as data: read, check, write
score      points, probability and score, in Polars and for one number
explain    the points in plain words
feedback   what recorded outcomes do to a score
train      fit a card (scikit-learn; never loaded by the desk)
validate   AUC, KS, Brier, calibration, lift and gains in numpy
intervals  how sure each of these is, and the difference of two cards
counts     how many accounts stand in each bin of a card
drift      whether accounts are like those of before, with alarms that know the sample's size
"""
