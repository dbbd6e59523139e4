"""An error that ends a benchmark: one sentence and an exit code of sysexits.h."""

USAGE, DATA, NO_INPUT, UNAVAILABLE, INTERNAL = 64, 65, 66, 69, 70


class Failure(Exception):
    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
