"""Stripe as the card gateway: `stripe:SECRET_KEY?webhook_secret=whsec_...`.

Cards and bank accounts are typed on Stripe's own pages (Checkout) and never pass through here; what is kept of one is
"CUSTOMER/PAYMENT_METHOD". Every request carries our key: Stripe answers the same key the same, and its messages name
it. No name, address or reason for treatment is told to Stripe. `api_base=URL` speaks to another server (tests).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import stripe

from activities.ports import Charge, Kept, Order
from models.collecting import ChargeState
from models.errors import Refused, Unreachable
from models.money import ZERO, cents

RETRIABLE = frozenset({"insufficient_funds", "try_again_later", "processing_error", "card_velocity_exceeded"})
"""Declines that may pass by another day (docs.stripe.com/declines/codes)."""
SILENT = (stripe.APIConnectionError, stripe.RateLimitError, stripe.AuthenticationError, stripe.APIError)
INTENT_STATES = {"succeeded": ChargeState.APPROVED, "processing": ChargeState.PENDING}
REFUND_STATES = {"succeeded": ChargeState.APPROVED, "pending": ChargeState.PENDING}
METHODS = {"us_bank_account": "ach"}
OF_PAGE = ["payment_intent.payment_method", "setup_intent.payment_method"]


class StripeCards:
    """One Stripe account."""

    def __init__(self, url: str) -> None:
        key, _, query = url.removeprefix("stripe:").partition("?")
        options = {name: values[0] for name, values in parse_qs(query).items()}
        if not key.startswith(("sk_", "rk_")):
            raise Refused("the card gateway's address reads stripe:SECRET_KEY?webhook_secret=...")
        self.secret = options.get("webhook_secret", "")
        base: Any = {"api": options["api_base"]} if "api_base" in options else {}
        self.api = stripe.StripeClient(key, base_addresses=base, max_network_retries=0).v1

    def store(self, number: str) -> str:
        raise Refused(f"cards are typed on Stripe's own page, not here ({len(number)} characters were not kept)")

    def charge(self, card: str, amount: Decimal, key: str) -> Charge:
        customer, _, method = card.partition("/")
        wanted: Any = {
            **priced(amount),
            "customer": customer,
            "payment_method": method,
            "confirm": True,
            "off_session": True,
            "payment_method_types": ["card", "us_bank_account"],
            "metadata": {"charge": key},
            "expand": ["payment_method"],
        }
        try:
            with spoken():
                return of_intent(self.api.payment_intents.create(wanted, {"idempotency_key": key}))
        except stripe.CardError as no:
            told: Any = no.json_body
            reason = str(told["error"].get("decline_code") or no.code or "card_declined")
            failed = told["error"].get("payment_intent") or {}
            return Charge(ChargeState.DECLINED, failed.get("id", ""), reason, reason in RETRIABLE)

    def refund(self, reference: str, amount: Decimal, key: str) -> Charge:
        wanted: Any = {"payment_intent": reference, "amount": priced(amount)["amount"], "metadata": {"charge": key}}
        try:
            with spoken():
                return of_refund(self.api.refunds.create(wanted, {"idempotency_key": key}))
        except stripe.InvalidRequestError as no:
            return Charge(ChargeState.DECLINED, reason=str(no.code or "refund_refused"))

    def page(self, order: Order, key: str) -> Charge:
        ours = {"metadata": {"charge": key}}
        wanted: Any = {
            "customer": self.customer(order, key),
            "payment_method_types": ["card", "us_bank_account"],
            "success_url": order.back_url,
            "cancel_url": order.back_url,
            **ours,
        }
        if order.amount > ZERO:
            price = {"currency": "usd", "unit_amount": cents(order.amount), "product_data": {"name": order.what}}
            wanted |= {"mode": "payment", "line_items": [{"quantity": 1, "price_data": price}]}
            wanted["payment_intent_data"] = ours
        else:
            wanted |= {"mode": "setup", "currency": "usd", "setup_intent_data": ours}
        with spoken():
            return of_page(self.api.checkout.sessions.create(wanted, {"idempotency_key": key}))

    def close(self, reference: str) -> Charge:
        try:
            with spoken():
                self.api.checkout.sessions.expire(reference)
        except stripe.InvalidRequestError:
            pass  # paid or expired meanwhile: looking tells which
        return self.look(reference)

    def look(self, reference: str) -> Charge:
        with spoken():
            if reference.startswith("cs_"):
                return of_page(self.api.checkout.sessions.retrieve(reference, {"expand": OF_PAGE}))
            if reference.startswith("re_"):
                return of_refund(self.api.refunds.retrieve(reference))
            return of_intent(self.api.payment_intents.retrieve(reference, {"expand": ["payment_method"]}))

    def heard(self, payload: bytes, signature: str) -> tuple[str, str] | None:
        try:
            event = stripe.Webhook.construct_event(payload, signature, self.secret)
        except (ValueError, stripe.SignatureVerificationError):
            raise Refused("this message was not signed by Stripe for this practice") from None
        key = getattr(getattr(event.data.object, "metadata", None), "charge", None)
        return (event.id, key) if key else None

    def customer(self, order: Order, key: str) -> str:
        """Whom Stripe keeps a card for: nothing but our number of the client is told."""
        if order.known:
            return order.known.partition("/")[0]
        wanted: Any = {"metadata": {"client": str(order.client_id)}}
        with spoken():
            return str(self.api.customers.create(wanted, {"idempotency_key": f"customer/{key}"}).id)


@contextmanager
def spoken() -> Iterator[None]:
    """Stripe's silence as Unreachable, its misuse of keys as Refused; declines go on to who asked."""
    try:
        yield
    except stripe.IdempotencyError:
        raise Refused("this key was used for another payment") from None
    except SILENT as silence:
        raise Unreachable(f"Stripe does not answer ({type(silence).__name__})") from None


def priced(amount: Decimal) -> dict[str, Any]:
    """An amount as Stripe takes it."""
    if amount <= ZERO:
        raise Refused("a card payment needs an amount above zero")
    return {"amount": cents(amount), "currency": "usd"}


def of_intent(intent: Any) -> Charge:
    """How a payment stands: what has not succeeded and is not on its way was declined."""
    state = INTENT_STATES.get(intent.status, ChargeState.DECLINED)
    reason = failure(intent) if state is ChargeState.DECLINED else ""
    return Charge(state, intent.id, reason, reason in RETRIABLE, kept=kept(intent))


def of_refund(refund: Any) -> Charge:
    """How a refund stands."""
    state = REFUND_STATES.get(refund.status, ChargeState.DECLINED)
    return Charge(state, refund.id, getattr(refund, "failure_reason", None) or "")


def of_page(session: Any) -> Charge:
    """How a page stands: open, expired, or what its payment or its card became."""
    if session.status == "open":
        return Charge(ChargeState.OPEN, session.id, url=session.url)
    if session.status == "expired":
        return Charge(ChargeState.EXPIRED, session.id)
    if session.mode == "setup":
        state = ChargeState.APPROVED if session.setup_intent.status == "succeeded" else ChargeState.PENDING
        return Charge(state, session.id, kept=kept(session.setup_intent))
    return of_intent(session.payment_intent)


def failure(intent: Any) -> str:
    """Why a payment failed, as Stripe's code."""
    error = getattr(intent, "last_payment_error", None)
    return str(getattr(error, "decline_code", None) or getattr(error, "code", None) or intent.status)


def kept(intent: Any) -> Kept | None:
    """The card or bank account behind a payment or a setup, as its owner knows it."""
    method = getattr(intent, "payment_method", None)
    if method is None or isinstance(method, str):
        return None
    details = getattr(method, method.type)
    name = getattr(details, "bank_name", None) or str(getattr(details, "brand", "card")).capitalize()
    token = f"{intent.customer}/{method.id}"
    return Kept(token, METHODS.get(method.type, "card"), f"{name} ending in {details.last4}")
