// What Node's decoders make of the bodies: decode.mjs DECODER WORK

import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [decoder, work] = process.argv.slice(2);
// The packages are not installed beside this file; `import` does not look at
// NODE_PATH.
const require = createRequire(import.meta.url);

function part(name, filename, contentType, content) {
    const bytes = Buffer.from(content);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { name, filename, content_type: contentType, length: bytes.length, sha256 };
}

// A request, as far as these look at one.
function request(body) {
    const stream = createReadStream(body.path);
    const length = String(statSync(body.path).size);
    return Object.assign(stream, {
        headers: { "content-type": body.type, "content-length": length },
    });
}

function busboy(body) {
    return new Promise((resolve, reject) => {
        const incoming = request(body);
        // Names are in UTF-8, as browsers send them.
        const reader = require("busboy")({
            headers: incoming.headers,
            defParamCharset: "utf8",
            limits: { fieldNameSize: 1024 },
        });
        const parts = [];
        reader.on("field", (name, value, info) => {
            if (info.nameTruncated || info.valueTruncated) reject(new Error("truncated"));
            parts.push(part(name, null, null, value));
        });
        reader.on("file", (name, file, info) => {
            const at = parts.push(null) - 1;
            const pieces = [];
            file.on("data", (piece) => pieces.push(piece));
            file.on("end", () => {
                const content = Buffer.concat(pieces);
                parts[at] = part(name, info.filename ?? null, info.mimeType, content);
            });
        });
        reader.on("close", () => resolve(parts));
        reader.on("error", reject);
        incoming.pipe(reader);
    });
}

async function formidable(body) {
    const uploadDir = join(work, "formidable");
    mkdirSync(uploadDir, { recursive: true });
    const form = require("formidable").formidable({
        uploadDir,
        allowEmptyFiles: true,
        minFileSize: 0,
    });
    const [fields, files] = await form.parse(request(body));
    const parts = [];
    for (const [name, values] of Object.entries(fields)) {
        for (const value of values) parts.push(part(name, null, null, value));
    }
    for (const [name, values] of Object.entries(files)) {
        for (const file of values) {
            const content = readFileSync(file.filepath);
            rmSync(file.filepath);
            parts.push(part(name, file.originalFilename, file.mimetype, content));
        }
    }
    return parts;
}

async function node(body) {
    const headers = { "content-type": body.type };
    const form = await new Response(readFileSync(body.path), { headers }).formData();
    const parts = [];
    for (const [name, value] of form) {
        parts.push(
            typeof value === "string"
                ? part(name, null, null, value)
                : part(name, value.name, value.type, await value.arrayBuffer()),
        );
    }
    return parts;
}

// A decoder that waits for more would let the process end without an answer.
function inTime(reading) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error("it does not answer")), 10_000);
    });
    return Promise.race([reading, late]).finally(() => clearTimeout(timer));
}

const read = { busboy, formidable, node }[decoder];
const answers = [];
for (const line of readFileSync(join(work, "bodies.jsonl"), "utf8").trim().split("\n")) {
    const body = JSON.parse(line);
    const answer = { writer: body.writer, case: body.case };
    try {
        answer.parts = await inTime(read(body));
    } catch (error) {
        answer.refused = `${error.name}: ${error.message}`;
    }
    answers.push(JSON.stringify(answer) + "\n");
}
mkdirSync(join(work, "answers"), { recursive: true });
writeFileSync(join(work, "answers", `${decoder}.jsonl`), answers.join(""));
