// Forms as Node's clients send them: encode.mjs CLIENT WORK

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [client, work] = process.argv.slice(2);
// The packages are not installed beside this file; `import` does not look at
// NODE_PATH.
const require = createRequire(import.meta.url);

// What fetch sends.
async function undici(parts) {
    const form = new FormData();
    for (const { name, filename, type, content } of parts) {
        if (filename === null) form.append(name, content.toString());
        else form.append(name, new File([content], filename, { type: type ?? "" }), filename);
    }
    const request = new Request("http://localhost/", { method: "POST", body: form });
    const body = Buffer.from(await request.arrayBuffer());
    return [body, request.headers.get("content-type")];
}

async function formData(parts) {
    const form = new (require("form-data"))();
    for (const { name, filename, type, content } of parts) {
        if (filename === null) form.append(name, content.toString());
        else form.append(name, content, { filename, contentType: type ?? undefined });
    }
    return [form.getBuffer(), form.getHeaders()["content-type"]];
}

const encode = { undici, "form-data": formData }[client];
const bodies = join(work, "bodies", client);
mkdirSync(bodies, { recursive: true });
const sent = [];
const lines = readFileSync(join(work, "forms.jsonl"), "utf8").trim().split("\n");
for (const [number, line] of lines.entries()) {
    const form = JSON.parse(line);
    const parts = form.parts.map((part) => ({ ...part, content: readFileSync(part.path) }));
    const answer = { writer: client, case: form.case };
    try {
        const [body, type] = await encode(parts);
        const path = join(bodies, String(number));
        writeFileSync(path, body);
        Object.assign(answer, { path, type });
    } catch (error) {
        answer.refused = `${error.name}: ${error.message}`;
    }
    sent.push(JSON.stringify(answer) + "\n");
}
writeFileSync(join(work, "sent", `${client}.jsonl`), sent.join(""));
