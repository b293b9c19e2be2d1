"""Who comes in: passwords (argon2), second factors (TOTP, RFC 6238), sign-ins and one-time links.

Nothing here says whether an account exists to somebody who does not know its password.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlmodel import Session as Database
from sqlmodel import col, delete, func, select, true

from activities.vault import Vault
from models.errors import Refused
from models.tables import Account, AccountClient, Practice, SignIn, Ticket

HASHER = PasswordHasher()
SHORTEST_PASSWORD = 12
FREE_FAILURES = 5
LONGEST_LOCK = timedelta(hours=1)
LONGEST_SIGN_IN = timedelta(hours=12)
IDLE = timedelta(minutes=60)
RECOVERY_CODES = 8
LASTS = {"invitation": timedelta(days=7), "reset": timedelta(hours=1), "sign_in": timedelta(minutes=20)}
"""How long a one-time link lasts, by its purpose."""


@dataclass(frozen=True)
class Known:
    """Somebody who signed in, as their browser's cookie tells; and the practice, None before it is set up."""

    account: Account
    complete: bool
    acting_for: int | None
    client_ids: tuple[int, ...]
    practice: Practice | None


def digest(token: str) -> str:
    """What is kept of a secret."""
    return sha256(token.encode()).hexdigest()


def new_account(db: Database, account: Account, client_relations: Sequence[tuple[int, str]] = ()) -> Account:
    """Keep a new account; Refused when its login is taken."""
    account.login = account.login.strip().lower()
    if by_login(db, account.login):
        raise Refused("there is an account with this user name already")
    db.add(account)
    db.flush()
    for client_id, relation in client_relations:
        db.add(AccountClient(account_id=account.id or 0, client_id=client_id, relation=relation))
    db.flush()
    return account


def by_login(db: Database, login: str) -> Account | None:
    """The account of a user name or mail address."""
    return db.exec(select(Account).where(Account.login == login.strip().lower())).first()


def sign_in(db: Database, login: str, password: str, now: datetime) -> Account | None:
    """The account whose password this is; None otherwise. Refused while it is locked after too many failures.

    After five failures each further one locks for a minute, then two, four, up to an hour.
    """
    account = db.exec(select(Account).where(Account.login == login.strip().lower()).with_for_update()).first()
    if account is None or not account.active:
        _fits(nobodys(), password)
        return None
    refuse_if_locked(account, now)
    if not _fits(account.password, password):
        count_failure(account, now)
        return None
    account.failures = 0
    if HASHER.check_needs_rehash(account.password):
        account.password = HASHER.hash(password)
    return account


@cache
def nobodys() -> str:
    """Nobody's password, so that an unknown login takes as long as a known one; not made before one comes."""
    return HASHER.hash("nobody's password")


def refuse_if_locked(account: Account, now: datetime) -> None:
    """Refused while an account is locked."""
    if account.locked_until and now < account.locked_until:
        minutes = int((account.locked_until - now).total_seconds() // 60) + 1
        raise Refused(f"too many attempts: wait {minutes} min, or ask for a new password by mail")


def count_failure(account: Account, now: datetime) -> None:
    """One more wrong password or code."""
    account.failures += 1
    if account.failures >= FREE_FAILURES:
        account.locked_until = now + min(timedelta(minutes=2 ** (account.failures - FREE_FAILURES)), LONGEST_LOCK)


def set_password(db: Database, account: Account, password: str) -> None:
    """A new password, which ends every sign-in of the account; Refused when it is too easy."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(f"a password has at least {SHORTEST_PASSWORD} characters; a few words make a good one")
    if password.lower() in (account.login, account.name.lower()) or len(set(password)) < 5:
        raise Refused("this password is too easy to guess; a few words make a good one")
    account.password = HASHER.hash(password)
    account.failures, account.locked_until = 0, None
    db.add(account)
    end_sign_ins(db, account.id or 0)


def open_sign_in(db: Database, account: Account, now: datetime, browser: str, by_mail: bool = False) -> str:
    """Sign a browser in; the secret for its cookie. With a second factor it is not complete yet."""
    token = secrets.token_urlsafe(32)
    entry = SignIn(
        digest=digest(token),
        account_id=account.id or 0,
        opened_at=now,
        seen_at=now,
        complete=not account.totp_on,
        browser=browser[:120],
    )
    db.add(entry)
    if by_mail:
        account.failures, account.locked_until = 0, None
    return token


def known(db: Database, token: str, now: datetime) -> Known | None:
    """Who signed in with this cookie, unless too long ago."""
    ids = select(func.array_agg(AccountClient.client_id)).where(AccountClient.account_id == Account.id)
    query = select(SignIn, Account, ids.scalar_subquery(), Practice).join(Account, col(Account.id) == SignIn.account_id)
    query = query.outerjoin(Practice, true())
    found = db.exec(query.where(SignIn.digest == digest(token))).first()
    if found is None:
        return None
    entry, account, client_ids, practice = found
    if not account.active or now - entry.opened_at > LONGEST_SIGN_IN or now - entry.seen_at > IDLE:
        return None
    if now - entry.seen_at > timedelta(minutes=1):
        entry.seen_at = now
    return Known(account, entry.complete, entry.acting_for, tuple(sorted(client_ids or ())), practice)


def end_sign_ins(db: Database, account_id: int, but: str | None = None) -> None:
    """Sign an account out everywhere, except in the browser with this cookie."""
    kept = digest(but) if but else ""
    db.exec(delete(SignIn).where(col(SignIn.account_id) == account_id, col(SignIn.digest) != kept))


def end_sign_in(db: Database, token: str) -> None:
    """Sign one browser out."""
    db.exec(delete(SignIn).where(col(SignIn.digest) == digest(token)))


def act_for(db: Database, token: str, client_id: int) -> None:
    """Whom somebody with several clients (a parent) looks after now."""
    db.get_one(SignIn, digest(token)).acting_for = client_id


# ── the second factor ────────────────────────────────────────────────────────


def new_second_factor(db: Database, vault: Vault, account: Account) -> str:
    """A secret for an authenticator app, not in force until a first code was shown."""
    secret = pyotp.random_base32()
    account.totp = vault.seal(secret, f"second factor/{account.id}")
    account.totp_on = False
    db.add(account)
    return secret


def second_factor_secret(vault: Vault, account: Account) -> str:
    """The secret of an account's second factor; Refused where there is none."""
    if account.totp is None:
        raise Refused("this account has no second factor")
    return vault.open(account.totp, f"second factor/{account.id}")


def turn_on(db: Database, vault: Vault, account: Account, code: str, now: datetime) -> list[str]:
    """Put the second factor in force with a first code; the recovery codes, shown once."""
    if not _code_fits(vault, account, code, now):
        raise Refused("this code does not fit; is the clock of your phone right?")
    codes = [f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}" for _ in range(RECOVERY_CODES)]
    account.totp_on = True
    account.recovery = [digest(code) for code in codes]
    db.add(account)
    return codes


def turn_off(account: Account) -> None:
    """No second factor any more."""
    account.totp, account.totp_on, account.recovery = None, False, []


def show_second_factor(db: Database, vault: Vault, token: str, code: str, now: datetime) -> bool:
    """Complete a sign-in with a code of the app or a recovery code; each works once."""
    entry = db.get_one(SignIn, digest(token))
    account = db.get_one(Account, entry.account_id, with_for_update=True)
    refuse_if_locked(account, now)
    if _code_fits(vault, account, code, now) or _recovers(account, code):
        entry.complete = True
        account.failures = 0
        return True
    count_failure(account, now)
    return False


def _code_fits(vault: Vault, account: Account, code: str, now: datetime) -> bool:
    """Whether it is the code of now (or half a minute off), and was not used before."""
    app = pyotp.TOTP(second_factor_secret(vault, account))
    counter = int(now.timestamp()) // app.interval
    for step in (counter - 1, counter, counter + 1):
        if step > account.totp_counter and secrets.compare_digest(app.generate_otp(step), code.replace(" ", "")):
            account.totp_counter = step
            return True
    return False


def _recovers(account: Account, code: str) -> bool:
    used = digest(code.strip().lower())
    if used not in account.recovery:
        return False
    account.recovery = [kept for kept in account.recovery if kept != used]
    return True


# ── one-time links ───────────────────────────────────────────────────────────


def new_ticket(db: Database, account: Account, purpose: str, now: datetime) -> str:
    """The secret of a link for one use."""
    token = secrets.token_urlsafe(32)
    lasts = now + LASTS[purpose]
    db.add(Ticket(digest=digest(token), account_id=account.id or 0, purpose=purpose, expires_at=lasts))
    db.flush()
    return token


def ticket(db: Database, token: str, now: datetime) -> tuple[Ticket, Account]:
    """A link's ticket and account while it holds; Refused when it is used, too old or unknown."""
    found = db.get(Ticket, digest(token), with_for_update=True)
    account = db.get(Account, found.account_id) if found else None
    if found is None or account is None or not account.active:
        raise Refused("this link is not known here; it may have been cut when it was copied")
    if found.used_at is not None:
        raise Refused("this link was used before; ask for a new one")
    if now > found.expires_at:
        raise Refused("this link is too old; ask for a new one")
    return found, account


def use_ticket(found: Ticket, now: datetime) -> None:
    """A link works once."""
    found.used_at = now


def _fits(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
