"""Forms as Python's clients send them: encode.py CLIENT WORK"""

import asyncio
import json
import pathlib
import sys


def requests(parts):
    import requests

    # A pair for each field, so that names may repeat and keep their order.
    files = [
        (name, (None, content) if filename is None else file(filename, content, content_type))
        for name, filename, content_type, content in parts
    ]
    request = requests.Request("POST", "http://localhost/", files=files).prepare()
    return request.body, request.headers.get("Content-Type")


def httpx(parts):
    import httpx

    files = [
        (name, (None, content) if filename is None else file(filename, content, content_type))
        for name, filename, content_type, content in parts
    ]
    request = httpx.Request("POST", "http://localhost/", files=files)
    return request.read(), request.headers.get("Content-Type")


def file(filename, content, content_type):
    return (filename, content, content_type) if content_type else (filename, content)


def aiohttp(parts):
    import aiohttp

    class Sink:
        async def write(self, piece):
            body.extend(piece)

    async def send():
        form = aiohttp.FormData(quote_fields=True, default_to_multipart=True)
        for name, filename, content_type, content in parts:
            if filename is None:
                form.add_field(name, content.decode())
            else:
                form.add_field(name, content, filename=filename, content_type=content_type)
        payload = form()
        await payload.write(Sink())
        return payload.headers["Content-Type"]

    body = bytearray()
    return body, asyncio.run(send())


def main(client, work):
    work = pathlib.Path(work)
    encode = {"requests": requests, "httpx": httpx, "aiohttp": aiohttp}[client]
    bodies = work / "bodies" / client
    bodies.mkdir(parents=True, exist_ok=True)
    with (
        open(work / "forms.jsonl", encoding="utf-8") as forms,
        open(work / "sent" / f"{client}.jsonl", "w", encoding="utf-8") as sent,
    ):
        for number, line in enumerate(forms):
            form = json.loads(line)
            parts = [
                (part["name"], part["filename"], part["type"], pathlib.Path(part["path"]).read_bytes())
                for part in form["parts"]
            ]
            answer = {"writer": client, "case": form["case"]}
            try:
                body, content_type = encode(parts)
                if not body:
                    raise ValueError("it sends no body")
                path = bodies / str(number)
                path.write_bytes(body)
                answer |= {"path": str(path), "type": content_type}
            except Exception as error:
                answer["refused"] = f"{type(error).__name__}: {error}"
            print(json.dumps(answer), file=sent)


main(*sys.argv[1:])
