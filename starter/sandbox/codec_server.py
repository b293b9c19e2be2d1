"""Decrypts payloads for the Temporal UI, in the shape Temporal calls a codec server.

Temporal keeps summaries and details encrypted; the browser sends them here to read. It listens on 127.0.0.1 and
answers pages of our own UI only.
"""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from google.protobuf.json_format import MessageToJson, Parse, ParseError
from temporalio.api.common.v1 import Payloads
from temporalio.converter import DataConverter

from models.errors import Refused

LARGEST = 16 * 1024 * 1024


class CodecServer:
    """`POST /decode` with payloads as protobuf's JSON, in a thread of its own."""

    def __init__(self, converter: DataConverter, port: int, ui_port: int) -> None:
        self.converter = converter
        self.url = f"http://127.0.0.1:{port}"
        self.pages = (f"http://127.0.0.1:{ui_port}", f"http://localhost:{ui_port}")
        outer = self

        class Bound(Handler):
            codec = outer

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Bound)
        self.server.daemon_threads = True

    def start(self) -> None:
        threading.Thread(target=self.server.serve_forever, name="codec", daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def decoded(self, body: bytes) -> str:
        """The payloads as they were before encryption."""
        payloads = Parse(body, Payloads())
        if self.converter.payload_codec:
            asyncio.run(self.converter.payload_codec.decode_wrapper(payloads))
        return MessageToJson(payloads)


class Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for a codec server."""

    codec: CodecServer

    def do_OPTIONS(self) -> None:
        self.answer(204, "")

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if self.headers.get("Origin") not in self.codec.pages or self.path != "/decode" or size > LARGEST:
            self.answer(403, json.dumps({"message": "only the Temporal UI started here may ask, for /decode"}))
            return
        try:
            self.answer(200, self.codec.decoded(self.rfile.read(size)))
        except (Refused, ParseError) as error:
            self.answer(400, json.dumps({"message": str(error)}))

    def answer(self, status: int, body: str) -> None:
        """A JSON answer, readable by our UI's pages and no others'."""
        self.send_response(status)
        origin = self.headers.get("Origin", "")
        if origin in self.codec.pages:
            self.send_header("Access-Control-Allow-Origin", origin)
            self.send_header("Access-Control-Allow-Methods", "POST")
            self.send_header("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Namespace")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """What is asked here is nobody's business."""
