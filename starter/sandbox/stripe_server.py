"""A stand-in for Stripe's API on this machine: what `activities/adapters/stripe.py` asks for, and its signed messages.

It keeps what matters of the real one: idempotency keys with their answers, declines as errors with codes, payments by
bank that are pending first, pages that are paid once or expire, refunds up to what was charged.
"""

import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Fields = dict[str, str]
Answer = tuple[int, dict[str, Any]]
SECRET = "whsec_sandbox"  # of a stand-in that is reached on this machine only
DECLINES = {"pm_declined": "lost_card", "pm_poor": "insufficient_funds"}
BANK = "pm_bank"


@dataclass
class StripeBooks:
    """What the stand-in knows; `log` has each request that was worked on, repeated ones left out."""

    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, tuple[str, Fields, Answer]] = field(default_factory=dict)
    log: list[tuple[str, Fields]] = field(default_factory=list)
    silent: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, verb: str, path: str, fields: Fields, key: str | None) -> Answer:
        """One request; a key that was used is answered as it was, another request under it is an error."""
        with self.lock:
            if self.silent:
                return error(500, "api_error", "the stand-in says nothing")
            if key and key in self.answers:
                known_path, known, answered = self.answers[key]
                if (known_path, known) != (path, fields):
                    return error(400, "idempotency_error", "this key was used with other parameters")
                return answered
            answered = self._work(verb, path.removeprefix("/v1/").split("/"), fields)
            if key:
                self.answers[key] = (path, fields, answered)
            return answered

    def _work(self, verb: str, path: list[str], fields: Fields) -> Answer:
        if verb == "POST":
            self.log.append(("/".join(path), fields))
        match verb, path:
            case "POST", ["customers"]:
                return 200, self.keep("cus", "customer", fields)
            case "POST", ["payment_intents"]:
                return self._charge(fields)
            case "POST", ["refunds"]:
                return self._refund(fields)
            case "POST", ["checkout", "sessions"]:
                return 200, self._page(fields)
            case "POST", ["checkout", "sessions", page, "expire"]:
                return self._expire(page)
            case "GET", _ if path[-1] in self.objects:
                return 200, self._expanded(self.objects[path[-1]])
        return error(404, "invalid_request_error", "no such thing", "resource_missing")

    def keep(self, prefix: str, kind: str, fields: Fields, **more: Any) -> dict[str, Any]:
        """Keep an object under a new id."""
        number = f"{prefix}_{len(self.objects) + 1}"
        self.objects[number] = {"id": number, "object": kind, "metadata": nested(fields, "metadata")} | more
        return self.objects[number]

    def _charge(self, fields: Fields) -> Answer:
        method = fields["payment_method"]
        intent = self._intent(fields, method, int(fields["amount"]))
        if intent["status"] == "requires_payment_method":
            code = DECLINES[method]
            return error(402, "card_error", "declined", "card_declined", decline_code=code, payment_intent=intent)
        return 200, self._expanded(intent)

    def _intent(self, fields: Fields, method: str, amount: int) -> dict[str, Any]:
        status = "processing" if method == BANK else "succeeded"
        if method in DECLINES:
            status = "requires_payment_method"
        more = {"status": status, "amount": amount, "customer": fields.get("customer"), "payment_method": method}
        return self.keep("pi", "payment_intent", fields, **more)

    def _refund(self, fields: Fields) -> Answer:
        intent, amount = self.objects[fields["payment_intent"]], int(fields["amount"])
        refunds = [found for found in self.objects.values() if found["object"] == "refund"]
        returned = [refund["amount"] for refund in refunds if refund["payment_intent"] == intent["id"]]
        if sum(returned) + amount > intent["amount"]:
            return error(400, "invalid_request_error", "more than is left", "amount_too_large")
        more = {"status": "succeeded", "amount": amount, "payment_intent": intent["id"]}
        return 200, self.keep("re", "refund", fields, **more)

    def _page(self, fields: Fields) -> dict[str, Any]:
        amount = int(fields.get("line_items[0][price_data][unit_amount]", "0"))
        more = {"status": "open", "mode": fields["mode"], "amount_total": amount, "customer": fields["customer"]}
        page = self.keep("cs", "checkout.session", fields, **more)
        return page | {"url": page.setdefault("url", f"https://checkout.stripe.com/c/pay/{page['id']}")}

    def _expire(self, page_id: str) -> Answer:
        page = self.objects[page_id]
        if page["status"] != "open":
            return error(400, "invalid_request_error", "only open sessions can be expired")
        page["status"] = "expired"
        return 200, page

    def _expanded(self, found: dict[str, Any]) -> dict[str, Any]:
        """An object with the payment behind it and the card behind that, as our questions want them."""
        whole = dict(found)
        for name in ("payment_intent", "setup_intent"):
            if found["object"] == "checkout.session" and found.get(name):
                whole[name] = self._expanded(self.objects[found[name]])
        if isinstance(method := found.get("payment_method"), str):
            whole["payment_method"] = card(method)
        return whole

    # ── what happens at Stripe ───────────────────────────────────────────────

    def complete(self, page_id: str, method: str = "pm_card") -> None:
        """The client pays on a page, or leaves a card there."""
        with self.lock:
            page = self.objects[page_id]
            ours = {"metadata[charge]": page["metadata"]["charge"], "customer": page["customer"]}
            if page["mode"] == "setup":
                more = {"status": "succeeded", "payment_method": method, "customer": page["customer"]}
                page["setup_intent"] = self.keep("seti", "setup_intent", ours, **more)["id"]
            else:
                page["payment_intent"] = self._intent(ours, method, page["amount_total"])["id"]
            page["status"] = "complete"

    def decide(self, intent_id: str, status: str) -> None:
        """A bank has answered: "succeeded" or "requires_payment_method"."""
        with self.lock:
            self.objects[intent_id]["status"] = status

    def message(self, about: str, kind: str, event_id: str) -> tuple[bytes, str]:
        """A message about an object, and its signature."""
        event = {"id": event_id, "object": "event", "type": kind, "data": {"object": self.objects[about]}}
        payload, at = json.dumps(event).encode(), int(time.time())
        signed = hmac.new(SECRET.encode(), f"{at}.".encode() + payload, sha256).hexdigest()
        return payload, f"t={at},v1={signed}"


class StripeServer:
    """The stand-in on a port of this machine, until it is stopped."""

    def __init__(self) -> None:
        self.books = StripeBooks()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler(self.books.answer))
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """What PERSESSION_CARDS_URL says to reach it."""
        address = f"http://127.0.0.1:{self.http.server_port}"
        return f"stripe:sk_test_sandbox?webhook_secret={SECRET}&api_base={address}"

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


def handler(answer: Callable[[str, str, Fields, str | None], Answer]) -> type[BaseHTTPRequestHandler]:
    """Requests as Stripe's library sends them, answered by the books."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

        def _answer(self, body: bytes) -> None:
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
            path = urlsplit(self.path).path
            status, told = answer(self.command, path, fields, self.headers.get("Idempotency-Key"))
            text = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    return Handler


def error(status: int, kind: str, message: str, code: str = "", **more: Any) -> Answer:
    """An error as Stripe words it."""
    return status, {"error": {"type": kind, "message": message, "code": code, **more}}


def nested(fields: Fields, name: str) -> dict[str, str]:
    """The fields of `name[...]`."""
    return {key[len(name) + 1 : -1]: value for key, value in fields.items() if key.startswith(f"{name}[")}


def card(method: str) -> dict[str, Any]:
    """A card or bank account as Stripe tells of it."""
    if method == BANK:
        return {"id": method, "type": "us_bank_account", "us_bank_account": {"bank_name": "Test Bank", "last4": "6789"}}
    return {"id": method, "type": "card", "card": {"brand": "visa", "last4": "4242"}}
