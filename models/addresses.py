"""Addresses as envelopes and forms carry them."""


def on_envelope(line1: str, city: str, state: str, code: str) -> str:
    """Street and town on lines of their own; what is unknown is left out."""
    town = " ".join(part for part in (city, state, zip_code(code)) if part)
    return "\n".join(part for part in (line1, town) if part)


def zip_code(code: str) -> str:
    """A ZIP of nine digits with its dash."""
    return f"{code[:5]}-{code[5:]}" if len(code) == 9 else code
