"""Changes of the configuration, judged before they are applied.

plan            the differences in people's words; ``whose_powers`` who gains or loses by them
drift           how files and store have moved apart; ``merge`` brings both together
"""
