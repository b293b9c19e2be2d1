"""What a clinician's sessions are worth to them: an hour of work, beside an offer, in months to come.

Whatever looks ahead is an estimate and says by which method. Amounts are dollars before tax.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import quantiles

from models.facts import PayBasis, PayRule
from models.money import ZERO, rounded, share, total
from models.rules.pay import rule_in_force

MONTHS = 12
WEEKS = 52
WORKED_WEEKS = 46
"""Weeks of a year in which one more session would be held: the rest are holidays, illness, training."""
PRIOR = 4
"""A client's own history counts against so many visits of the usual client, so that one missed visit is no verdict."""
ANYBODY_CAME, ANYBODY_ENDED = 9, 10
"""What is taken of anybody before much is known: nine of ten visits take place, so that nothing is ever certain."""
FOUR_OF_FIVE = Decimal("1.28")
"""Standard deviations either side within which four of five outcomes lie."""
EMPLOYERS_SHARE = Decimal("7.65")
"""Percent of social security and Medicare that an employer pays and somebody self-employed pays themselves."""
FEWEST = 4
"""Colleagues without whom no benchmark is told: fewer could be recognised."""


@dataclass(frozen=True)
class MonthEarned:
    """What a month brought: pay earned in it, sessions held, their minutes."""

    first: date
    pay: Decimal
    sessions: int
    minutes: int


USUAL_ADMIN = Decimal("2.00")
"""Hours a week where nothing is said and nothing was logged."""


@dataclass(frozen=True)
class Beside:
    """Work beside the sessions: minutes of notes for each, hours a week for everything else (None: as logged)."""

    note_minutes: int = 10
    admin_hours: Decimal | None = None


@dataclass(frozen=True)
class Hourly:
    """What an hour of all work brought."""

    amount: Decimal
    hours: Decimal
    why: str


@dataclass(frozen=True)
class Offer:
    """Another job: a salary a year or an amount an hour, with its hours and what it adds to pay."""

    amount: Decimal
    hourly: bool
    hours_a_week: Decimal
    benefits: Decimal = ZERO


@dataclass(frozen=True)
class AgainstOffer:
    """A year here and a year there, as comparable as they get."""

    ours: Decimal
    theirs: Decimal
    ours_an_hour: Decimal
    theirs_an_hour: Decimal
    why: str

    @property
    def difference(self) -> Decimal:
        """A year here less a year there."""
        return self.ours - self.theirs


@dataclass(frozen=True)
class Ahead:
    """A booked session: what it pays when held, and of the client's ended visits those that took place."""

    day: date
    pays: Decimal
    came: int
    ended: int


@dataclass(frozen=True)
class MonthAhead:
    """A month's booked sessions in dollars: if all take place, as expected, and within which range."""

    first: date
    sessions: int
    booked: Decimal
    expected: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Stability:
    """How even months were: mean, standard deviation, extremes."""

    mean: Decimal
    spread: Decimal
    lowest: Decimal
    highest: Decimal
    percent: Decimal
    why: str


@dataclass(frozen=True)
class Benchmark:
    """One's pay a session among colleagues of the same service and licence; nobody is named."""

    mine: Decimal
    lower: Decimal
    median: Decimal
    upper: Decimal
    colleagues: int
    why: str


@dataclass(frozen=True)
class Change:
    """What a change would bring in a year, and the hours it takes."""

    a_year: Decimal
    hours: Decimal
    why: str


def effective_hourly(months: Sequence[MonthEarned], beside: Beside, logged: int = 0) -> Hourly | None:
    """Pay over every hour it took: in session, on notes, on the rest (`logged` minutes); None if none was held."""
    sessions, minutes = sum(m.sessions for m in months), sum(m.minutes for m in months)
    if not sessions:
        return None
    held = rounded(Decimal(minutes) / 60)
    notes = rounded(Decimal(sessions * beside.note_minutes) / 60)
    as_logged = beside.admin_hours is None and logged > 0
    weekly = USUAL_ADMIN if beside.admin_hours is None else beside.admin_hours
    admin = rounded(Decimal(logged) / 60 if as_logged else weekly * WEEKS * len(months) / MONTHS)
    hours, pay = held + notes + admin, total(m.pay for m in months)
    why = f"{pay} over {hours} hours: {held} in {sessions} sessions, {notes} on notes, {admin} on the rest"
    why += " as logged" if as_logged else ""
    return Hourly(rounded(pay / hours), hours, why)


def against_offer(months: Sequence[MonthEarned], hourly: Hourly, offer: Offer, self_employed: bool) -> AgainstOffer:
    """A year at the pace of these months beside an offer's year."""
    scale = Decimal(MONTHS) / len(months)
    pay = rounded(total(m.pay for m in months) * scale)
    own = share(pay, EMPLOYERS_SHARE) if self_employed else ZERO
    theirs_hours = offer.hours_a_week * WEEKS
    theirs = (rounded(offer.amount * theirs_hours) if offer.hourly else offer.amount) + offer.benefits
    ours, ours_hours = pay - own, hourly.hours * scale
    less = f" less {own}, the employer's share of payroll tax that you pay yourself" if own else ""
    plus = f", {offer.benefits} of it in benefits" if offer.benefits else ""
    return AgainstOffer(
        ours,
        theirs,
        rounded(ours / ours_hours),
        rounded(theirs / theirs_hours),
        f"here {pay} a year at the pace of the last {len(months)} months{less}; there {theirs} a year{plus}",
    )


def chance(came: int, ended: int, usual_came: int, usual_ended: int) -> Decimal:
    """How likely a client comes: their own history, with the usual client's as so many visits beside it."""
    usual = (usual_came + ANYBODY_CAME) / Decimal(usual_ended + ANYBODY_ENDED)
    return (came + PRIOR * usual) / (ended + PRIOR)


def forecast(ahead: Iterable[Ahead], usual_came: int, usual_ended: int) -> list[MonthAhead]:
    """By month, what booked sessions will bring; four of five times within the range, each session for itself."""
    by_month: dict[date, list[tuple[Decimal, Decimal]]] = {}
    for one in ahead:
        likely = chance(one.came, one.ended, usual_came, usual_ended)
        by_month.setdefault(one.day.replace(day=1), []).append((one.pays, likely))
    return [_month(first, each) for first, each in sorted(by_month.items())]


def _month(first: date, sessions: list[tuple[Decimal, Decimal]]) -> MonthAhead:
    booked = total(pays for pays, _ in sessions)
    expected = rounded(sum((pays * likely for pays, likely in sessions), ZERO))
    variance = sum((pays * pays * likely * (1 - likely) for pays, likely in sessions), ZERO)
    either_side = rounded(FOUR_OF_FIVE * max(variance, ZERO).sqrt())
    low, high = max(ZERO, expected - either_side), min(booked, expected + either_side)
    return MonthAhead(first, len(sessions), booked, expected, low, max(high, expected))


def stability(months: Sequence[MonthEarned]) -> Stability | None:
    """The spread of monthly income; None before there are three months."""
    if len(months) < 3:
        return None
    pays = [month.pay for month in months]
    mean = total(pays) / len(pays)
    spread = (sum(((pay - mean) ** 2 for pay in pays), ZERO) / (len(pays) - 1)).sqrt()
    percent = rounded(100 * spread / mean) if mean > ZERO else ZERO
    words = "even" if percent < 15 else "somewhat uneven" if percent < 30 else "uneven"
    why = f"{words}: two of three months lie within {percent} % of the mean"
    return Stability(rounded(mean), rounded(spread), min(pays), max(pays), percent, why)


def benchmark(mine: Decimal, others: Sequence[Decimal]) -> Benchmark | None:
    """One's pay a session among others'; None where so few could be recognised."""
    if len(others) < FEWEST:
        return None
    lower, median, upper = (rounded(cut) for cut in quantiles(sorted(others), n=4, method="inclusive"))
    place = (
        "below the middle half" if mine < lower else "above the middle half" if mine > upper else "in the middle half"
    )
    return Benchmark(mine, lower, median, upper, len(others), f"{place} of {len(others)} colleagues")


def at_the_margin(pay: Decimal, rules: Sequence[PayRule], service_id: int, on: date, usual: int) -> Decimal:
    """What one more session of a period pays, after so many as usual, where on average each pays `pay`.

    By the tier reached then; the average is of all tiers passed on the way. Tiers of unlike kinds are not compared.
    """
    reached = rule_in_force(rules, service_id, on, usual)
    passed = [rule_in_force(rules, service_id, on, before) for before in range(usual)]
    alike = [rule.value for rule in passed if rule and reached and rule.basis is reached.basis]
    if reached is None or len(alike) < usual or not total(alike):
        return pay
    return rounded(pay * reached.value * usual / total(alike))


def one_more_a_week(pay: Decimal, minutes: int, likely: Decimal, beside: Beside) -> Change:
    """One more session a week at what it pays, held as often as sessions are."""
    held = likely * WORKED_WEEKS
    hours = rounded(held * (minutes + beside.note_minutes) / 60)
    words = f"{WORKED_WEEKS} weeks, {share(Decimal(100), 100 * likely)} % of them held, {pay} a session"
    return Change(rounded(pay * held), hours, words)


@dataclass(frozen=True)
class HeldIn:
    """Sessions of a service in so many whole months: those that clients pay themselves, and the others."""

    months: int
    self_paid: int
    insured: int

    def a_year(self, each: Decimal, count: int) -> Decimal:
        """So much for each of `count` of them, at this pace."""
        return rounded(each * count * MONTHS / self.months)


def at_another_price(rule: PayRule | None, now: Decimal, then: Decimal, held: HeldIn) -> Change:
    """A price that changes, over a year at this pace: what of it reaches the clinician by their contract."""
    if rule is None:
        return Change(ZERO, ZERO, "no pay rule is in force for this service")
    if rule.basis not in (PayBasis.PERCENT_OF_BILLED, PayBasis.PERCENT_OF_COLLECTED):
        return Change(ZERO, ZERO, "your contract pays the same whatever a session costs")
    if not held.months:
        return Change(ZERO, ZERO, "a year is told after the first whole month")
    each, months = share(then - now, rule.value), f"{held.months} month{'s' if held.months > 1 else ''}"
    if rule.basis is PayBasis.PERCENT_OF_BILLED:
        count = held.self_paid + held.insured
        why = f"{each} more a session, {count} sessions in {months}: a percentage of what is billed"
        return Change(held.a_year(each, count), ZERO, why)
    why = (
        f"{each} more for {held.self_paid} sessions in {months} that clients pay; "
        f"payers pay what they allow for the other {held.insured}"
    )
    return Change(held.a_year(each, held.self_paid), ZERO, why)
