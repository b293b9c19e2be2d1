"""The rules of the sandbox's payers in their order: the first that matches a claim decides its fate."""

from dataclasses import dataclass
from pathlib import Path

from models.x12.claims import Claim837
from starter.sandbox.payer_answers import Covered, Standing
from starter.sandbox.payer_rules import Rejected, Rule, Silent
from starter.sandbox.payer_script_reading import rules

UNKNOWN_PAYER = Rule(Rejected("A3", "116"))
"""No rule speaks for the payer: the claim was sent to a wrong one."""


@dataclass(frozen=True)
class Script:
    """What all payers do."""

    rules: tuple[Rule, ...]
    coverages: tuple[Covered, ...] = ()
    statuses: tuple[Standing, ...] = ()

    @staticmethod
    def read(path: Path) -> "Script":
        """The rules of a TOML file; Refused with the rule and the key where it says something we do not know."""
        return Script(*rules(path))

    @staticmethod
    def acknowledge_only() -> "Script":
        """Every claim is accepted and no payer ever answers."""
        return Script((Rule(Silent()),))

    def covered(self, payer: str, member: str) -> Covered:
        """What its payer says of a member; of one no rule names, that the plan is in force and nothing more."""
        return next((each for each in self.coverages if each.matches(payer, member)), Covered())

    def standing(self, payer: str, nth: int) -> Standing | None:
        """What its payer says of a claim at the nth inquiry; None where that is told by what it decided."""
        return next((each for each in self.statuses if each.matches(payer, nth)), None)

    def rule_for(self, claim: Claim837, nth: int) -> Rule:
        return next((rule for rule in self.rules if rule.matches(claim, nth)), UNKNOWN_PAYER)
