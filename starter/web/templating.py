"""Pages from templates: everything is escaped, an unknown name is an error, times are shown in a named zone."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from activities.wording import day, money, phone
from models.rules.pay_words import plainly
from models.words import sentence
from starter.web.access.permissions import Do

FOLDER = Path(__file__).parent


def short_day(value: date | datetime) -> str:
    """Mar 2."""
    return f"{value:%b} {value.day}"


def clock(value: datetime | time) -> str:
    """2:30 pm."""
    hour = value.hour % 12 or 12
    return f"{hour}:{value.minute:02d} {'am' if value.hour < 12 else 'pm'}"


def local(value: datetime, tz: ZoneInfo) -> datetime:
    """A moment on the clocks of a zone."""
    return value.astimezone(tz)


def moment(value: datetime, tz: ZoneInfo) -> str:
    """Tue, Mar 2, 2027 at 2:30 pm, on the clocks of a zone."""
    there = value.astimezone(tz)
    return f"{day(there)} at {clock(there)}"


def words(text: str) -> str:
    """late_cancelled as late cancelled."""
    return text.replace("_", " ")


ENVIRONMENT = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
FILTERS = (money, day, short_day, clock, local, moment, words, sentence, phone, plainly)
ENVIRONMENT.filters.update({made.__name__: made for made in FILTERS})
ENVIRONMENT.globals.update(Do=Do)


def render(template: str, **context: Any) -> str:
    """A template with what it is about."""
    return ENVIRONMENT.get_template(template).render(**context)
