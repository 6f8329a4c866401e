# A server of Python's standard library, as its documentation and Datastar's reference of events have it.
import json
import os
import secrets
import time
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

PAGE = """<!DOCTYPE html>
<html>
  <head>
    <title>Python + Datastar</title>
    <script type="module" src="https://cdn.jsdelivr.net/gh/starfederation/datastar@1.0.2/bundles/datastar.js"></script>
  </head>
  <body>
    <main id="main" data-signals='%s'>
      <input type="text" placeholder="Send to server..." data-bind:input>
      <button data-on:click="@get('/get')">Send State Roundtrip</button>
      <button data-on:click="@get('/target')">Target HTML Element</button>
      <button data-on:click="$show = !$show">Toggle Feed</button>
      <div id="output" data-text="$output"></div>
      <div id="target"></div>
      <div data-show="$show">
        <span>Feed from server: </span>
        <span id="feed" data-init="@get('/feed')"></span>
      </div>
    </main>
  </body>
</html>
"""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlparse(self.path)
        if url.path == "/":
            self.start("text/html; charset=utf-8")
            signals = {"input": "", "output": "", "show": True}
            self.wfile.write((PAGE % json.dumps(signals)).encode())
        elif url.path == "/get":
            signals = json.loads(parse_qs(url.query)["datastar"][0])
            signals["output"] = f"Your input: {signals['input']}, is {len(signals['input'])} long."
            self.start("text/event-stream")
            self.send_event("datastar-patch-signals", f"signals {json.dumps(signals)}")
        elif url.path == "/target":
            self.start("text/event-stream")
            now = datetime.now().strftime("%Y-%m-%d %H:%M:%S")
            self.send_event("datastar-patch-elements", f'elements <div id="target"><b>{now}</b></div>')
        elif url.path == "/feed":
            self.start("text/event-stream")
            while True:
                self.send_event("datastar-patch-elements", f'elements <span id="feed">{secrets.token_hex(8)}</span>')
                time.sleep(1)
        else:
            self.send_error(404)

    def start(self, content_type):
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()

    def send_event(self, event, data):
        self.wfile.write(f"event: {event}\ndata: {data}\n\n".encode())


server = ThreadingHTTPServer(("localhost", int(os.environ["PORT"])), Handler)
print(f"Listening on http://localhost:{server.server_port}/", flush=True)
server.serve_forever()
