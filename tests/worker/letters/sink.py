"""A mail server on this machine that takes letters, or behaves as badly as a test wants."""

import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

END = b"\r\n.\r\n"


@dataclass
class Manners:
    """What the server answers where; `drops` is the command or place at which it hangs up without a word."""

    greeting: str = "220 sink"
    sender: str = "250 fine"
    recipient: str = "250 fine"
    data: str = "354 go on"
    content: str = "250 taken"
    drops: str = ""
    before_content_is_taken: Callable[[], None] = lambda: None


@dataclass
class Sink:
    """What has arrived, and how the server behaves now."""

    port: int
    manners: Manners = field(default_factory=Manners)
    taken: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    conversations: int = 0

    @property
    def mails(self) -> list[EmailMessage]:
        read = [message_from_bytes(raw, policy=policy.default) for raw in self.taken]
        return [mail for mail in read if isinstance(mail, EmailMessage)]

    @property
    def message_ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    sink: Sink

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A worker that is killed leaves its line hanging; that is what is tried here."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Conversation(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        sink = self.server.sink
        sink.conversations += 1
        if sink.manners.drops == "connect":
            return
        self._say(sink.manners.greeting)
        while line := self.rfile.readline():
            verb = line.strip().split(b" ")[0].split(b":")[0].upper().decode(errors="replace")
            if verb.lower() == sink.manners.drops or not self._answer(verb, line, sink):
                return

    def _answer(self, verb: str, line: bytes, sink: Sink) -> bool:
        match verb:
            case "EHLO" | "HELO":
                self._say("250-sink\r\n250 8BITMIME")
            case "MAIL":
                self._say(sink.manners.sender)
            case "RCPT":
                sink.recipients.append(line.decode(errors="replace").strip())
                self._say(sink.manners.recipient)
            case "DATA":
                self._say(sink.manners.data)
                return not sink.manners.data.startswith("354") or self._take(sink)
            case "RSET" | "NOOP":
                self._say("250 fine")
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("502 unknown")
        return True

    def _take(self, sink: Sink) -> bool:
        content = b""
        while not content.endswith(END):
            piece = self.rfile.readline()
            if not piece:
                return False
            content += piece
        if sink.manners.drops == "content":
            return False
        raw = content[: -len(END)].replace(b"\r\n..", b"\r\n.")
        if sink.manners.content.startswith("250"):
            sink.taken.append(raw)
        sink.manners.before_content_is_taken()
        if sink.manners.drops == "taken":
            return False
        self._say(sink.manners.content)
        return True

    def _say(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")
        self.wfile.flush()


@contextmanager
def a_sink(manners: Manners | None = None) -> Iterator[Sink]:
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        sink = server.sink = Sink(port=server.server_address[1], manners=manners or Manners())
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            server.shutdown()
            thread.join()


def a_closed_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])
