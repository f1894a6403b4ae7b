"""Cases: what a charter means, in given, when and then; and the demonstration, which is written in the same grammar.

grammar         reads ``cases/*.toml``; ``check`` finds names of nothing before a case runs
runner          runs cases, step by step; ``claims`` compares what a step expects with what is so
world           the tenant in which a case runs; ``channels`` where a case has several; ``versions`` of a file that an input holds
demonstration   plays a lived year
pytest_plugin   each case is a test
parallel        runs cases in several processes; ``touched`` finds those that a saved file touches
"""
