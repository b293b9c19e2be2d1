"""The calendar file (iCalendar) attached to the mails about an appointment.

It is published, not an invitation: without attendees it names nobody, and no calendar answers it by mail.
A later file with the same uid and a higher sequence moves or removes the entry.
"""

from datetime import UTC, datetime
from email.headerregistry import Address

from icalendar import Calendar, Event, vCalAddress

PRODUCT = "-//PerSession//Appointments//EN"


def appointment_file(
    uid: str,
    sequence: int,
    starts: datetime,
    ends: datetime,
    summary: str,
    place: str,
    organizer: Address,
    at: datetime,
    cancelled: bool = False,
) -> bytes:
    """One appointment, in UTC so that every calendar shows it in its owner's zone; `at` is when it was written."""
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", starts.astimezone(UTC))
    event.add("dtend", ends.astimezone(UTC))
    event.add("summary", summary)
    event.add("location", place)
    event.add("organizer", organizer_address(organizer))
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method(cancelled))
    calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file


def method(cancelled: bool) -> str:
    """What the receiving calendar is to do with the file."""
    return "CANCEL" if cancelled else "PUBLISH"


def organizer_address(organizer: Address) -> vCalAddress:
    """The practice as the calendar shows it; a double quote cannot be written inside a parameter."""
    address = vCalAddress(f"mailto:{organizer.addr_spec}")
    address.params["CN"] = organizer.display_name.replace('"', "'")
    return address
