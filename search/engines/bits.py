"""Sets of document numbers as the bits of one integer: joined, cut and counted at the speed of memory."""

from __future__ import annotations

from collections.abc import Iterable

_IN_BYTE = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))


def bits_of(numbers: Iterable[int], size: int) -> int:
    """The set of these numbers, each below `size`."""
    held = bytearray((size >> 3) + 1)
    for number in numbers:
        held[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(held, "little")


def numbers_of(bits: int) -> list[int]:
    """The numbers in the set, ascending."""
    held = bits.to_bytes((bits.bit_length() + 7) >> 3, "little")
    return [at << 3 | bit for at, byte in enumerate(held) if byte for bit in _IN_BYTE[byte]]
