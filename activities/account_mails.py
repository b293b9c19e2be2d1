"""Mails to people with an account: each brings a link for one use, made when the mail is."""

from activities import access
from activities.database import Tx
from activities.rendering import LinkMail, PracticeCard
from models.errors import Refused
from models.messages import Mail
from models.tables import Account

PURPOSES = {"invitation": "invitation", "password_reset": "reset", "sign_in_link": "sign_in"}
"""What the link of each mail is for."""


def link_mail(tx: Tx, mail: Mail, card: PracticeCard) -> LinkMail:
    """The mail, with a new link in it; only the link's hash is kept."""
    if not tx.world.site_url:
        raise Refused("PERSESSION_SITE_URL is not set: a mail cannot say where the pages are")
    account = tx.db.get_one(Account, mail.account_id)
    token = access.new_ticket(tx.db, account, PURPOSES[mail.kind], tx.now)
    return LinkMail(card, account.name.partition(" ")[0], f"{tx.world.site_url}/ticket/{token}")
