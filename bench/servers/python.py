# A server of Starlette, as its documentation has it: what the example was written with first.
import json
import os
import socket
import time

import uvicorn
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route


def events(*lines):
    yield "event: datastar-fragment\n"
    for line in lines:
        yield f"data: {line}\n"
    yield "\n"


def stream(*lines):
    return StreamingResponse(events(*lines), media_type="text/event-stream")


async def get(request):
    store = json.loads(request.query_params["datastar"])
    store["output"] = f"Your input: {store['input']}, is {len(store['input'])} long."
    value = json.dumps(store).replace('"', "&quot;")
    return stream("merge upsert_attributes", f'fragment <main id="main" data-store="{value}"></main>')


async def target(request):
    return stream(f'fragment <div id="target"><b>{time.strftime("%Y-%m-%d %H:%M:%S")}</b></div>')


app = Starlette(routes=[Route("/get", get), Route("/target", target)])

if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
    print(f"Listening on http://localhost:{listener.getsockname()[1]}/", flush=True)
    uvicorn.run(app, fd=listener.fileno(), log_level="warning")
