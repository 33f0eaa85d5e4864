"""What Python's decoders make of the bodies: decode.py DECODER WORK"""

import asyncio
import hashlib
import io
import json
import pathlib
import sys
import warnings

# aiohttp warns of what it refuses, which the answers have.
warnings.simplefilter("ignore")


def part(name, filename, content_type, content):
    if isinstance(content, str):
        content = content.encode()
    return {
        "name": name,
        "filename": filename,
        "content_type": content_type,
        "length": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def environ(body, content_type):
    return {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
    }


def werkzeug(body, content_type):
    from werkzeug.formparser import FormDataParser

    parser = FormDataParser(silent=False, max_form_memory_size=None)
    _, fields, files = parser.parse_from_environ(environ(body, content_type))
    parts = [part(name, None, None, value) for name, value in fields.items(multi=True)]
    parts += [
        part(name, file.filename, file.headers.get("Content-Type"), file.read())
        for name, file in files.items(multi=True)
    ]
    return parts


def django(body, content_type):
    from django.conf import settings

    if not settings.configured:
        settings.configure(DATA_UPLOAD_MAX_MEMORY_SIZE=None)
    from django.core.handlers.wsgi import WSGIRequest

    request = WSGIRequest(environ(body, content_type))
    parts = [
        part(name, None, None, value)
        for name, values in request.POST.lists()
        for value in values
    ]
    for name, files in request.FILES.lists():
        for file in files:
            parts.append(part(name, file.name, with_parameters(file), file.read()))
    return parts


def with_parameters(file):
    """The type of an upload to Django, which keeps them apart and unquoted."""
    content_type = file.content_type
    for key, value in (file.content_type_extra or {}).items():
        value = value.decode()
        plain = all(c.isalnum() or c in "-_." for c in value)
        content_type += f"; {key}={value}" if plain else f'; {key}="{value}"'
    return content_type


def python_multipart(body, content_type):
    from python_multipart import parse_form

    def text(value):
        return None if value is None else value.decode()

    def on_field(field):
        parts.append(part(text(field.field_name), None, None, field.value or b""))

    def on_file(file):
        file.file_object.seek(0)
        content = file.file_object.read()
        parts.append(part(text(file.field_name), text(file.file_name), file.content_type, content))
        file.close()

    parts = []
    headers = {"Content-Type": content_type, "Content-Length": str(len(body))}
    parse_form(headers, io.BytesIO(body), on_field, on_file)
    return parts


def aiohttp(body, content_type):
    from aiohttp import streams, web
    from aiohttp.test_utils import make_mocked_request
    from unittest import mock

    async def read():
        payload = streams.StreamReader(mock.Mock(), 2**16)
        payload.feed_data(body)
        payload.feed_eof()
        headers = {"Content-Type": content_type, "Content-Length": str(len(body))}
        request = make_mocked_request("POST", "/", headers, payload=payload, client_max_size=0)
        parts = []
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                content = value.file.read()
                parts.append(part(name, value.filename, value.content_type, content))
            else:
                parts.append(part(name, None, None, value))
        return parts

    return asyncio.run(read())


def main(decoder, work):
    work = pathlib.Path(work)
    read = {
        "werkzeug": werkzeug,
        "django": django,
        "python-multipart": python_multipart,
        "aiohttp": aiohttp,
    }[decoder]
    (work / "answers").mkdir(exist_ok=True)
    with (
        open(work / "bodies.jsonl", encoding="utf-8") as bodies,
        open(work / "answers" / f"{decoder}.jsonl", "w", encoding="utf-8") as answers,
    ):
        for line in bodies:
            body = json.loads(line)
            answer = {"writer": body["writer"], "case": body["case"]}
            try:
                answer["parts"] = read(pathlib.Path(body["path"]).read_bytes(), body["type"])
            except Exception as error:
                answer["refused"] = f"{type(error).__name__}: {error}"
            print(json.dumps(answer), file=answers)


main(*sys.argv[1:])
