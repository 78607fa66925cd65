// What a stranger reads first, in the document and on its page: enough to begin with. Markdown: paragraphs, `##` headings, fenced code
// without empty lines.
import { STATEMENT_TYP } from '../proof/claims.ts';
import { ANSWER_WITHIN_MS, TRIED } from '../webhook/schedule.ts';

export const INTRODUCTION = `Every month of a contract ends in one signed statement of how far its car has driven. Create a contract, send the driver the link of a connect session, and fetch the attestations.

## From a key to an attestation

Five calls, with the address of this API and a key that has the scopes \`contracts:write\`, \`contracts:read\` and \`attestations:read\`:

\`\`\`
ORIGIN=https://…
KEY=ods_…
\`\`\`

1. Create a contract when a policy is sold. The answer has its \`id\`, \`con_…\`.

\`\`\`
curl "$ORIGIN/v1/contracts" -H "authorization: Bearer $KEY" -H 'content-type: application/json' -H 'idempotency-key: POL-1001' -d '{"kind":"insurance","reference":"POL-1001","start":"2026-01-01","zone":"Europe/Paris"}'
\`\`\`

2. Ask for a link and send it to the driver, who opens it and logs in at the car’s maker: \`url\` of the answer, shown once.

\`\`\`
curl "$ORIGIN/v1/contracts/$CONTRACT/connect-sessions" -H "authorization: Bearer $KEY" -H 'content-type: application/json' -H 'idempotency-key: POL-1001-link' -d '{"language":"fr"}'
\`\`\`

3. See whether the car is connected: \`state\` is \`active\` then. The webhook \`contract.connected\` tells the same.

\`\`\`
curl "$ORIGIN/v1/contracts/$CONTRACT/connection" -H "authorization: Bearer $KEY"
\`\`\`

4. Once a month is over and \`attestation.issued\` was told, find the newest attestation: \`id\` of the first of \`items\`, \`att_…\`.

\`\`\`
curl "$ORIGIN/v1/contracts/$CONTRACT/attestations?limit=1" -H "authorization: Bearer $KEY"
\`\`\`

5. Fetch it in the form that others can check.

\`\`\`
curl "$ORIGIN/v1/attestations/$ATTESTATION" -H "authorization: Bearer $KEY" -H 'accept: application/sd-jwt'
\`\`\`

## Verify a statement

A statement is an SD-JWT (RFC 9901): a JWT up to its first \`~\`, then disclosures. Any JOSE library verifies the JWT. Let it accept the algorithm \`ES256\` alone, the \`typ\` \`${STATEMENT_TYP}\` alone, and as \`iss\` only the \`issuer\` of the key document, which is at \`/.well-known/jwks.json\` of this address and needs no API key. The \`kid\` of the header names the key; its \`purpose\` is \`statement\`. The payload then holds every figure, in the fields of \`MeasuredClaims\` or \`NoReadingClaims\`.

Libraries know nothing of a key’s \`events\`: \`iat\` is not before \`added\` and not after \`retired\`, and a key that has \`compromised\` vouches for nothing that the log does not show from before.

A disclosure is base64url of a JSON list: a salt, a name, a value, such as the VIN. Believe it when the SHA-256 of its text, in base64url, is in \`_sd\` of the payload. Whether the statement is still in force, or another has taken its place, says the Token Status List at \`status.status_list.uri\`, under \`idx\`.

## Receive webhooks

Create an endpoint with \`POST /v1/webhook-endpoints\` and keep \`secret\` of the answer: \`whsec_\` and base64, shown once. What arrives follows Standard Webhooks, so that any library for that verifies it. By hand: HMAC-SHA256 with what base64 after \`whsec_\` stands for, over \`webhook-id\`, \`webhook-timestamp\` and the body as it came, with a \`.\` between them; its base64 after \`v1,\` is one of the signatures in \`webhook-signature\`, which are apart by spaces. Refuse a timestamp that is more than five minutes away.

Answer 2xx within ${ANSWER_WITHIN_MS / 1000} seconds, otherwise it is tried ${TRIED}. Drop a \`webhook-id\` that you know. Bodies carry ids alone: ask for the rest.

## What holds for every request

Show your API key in every request: \`authorization: Bearer ods_…\`. A revoked key works for at most 60 seconds more.

Bodies are JSON (UTF-8), at most 256 KB. Instants are UTC with milliseconds; days are local days of the contract’s zone; distances are whole metres. A field or parameter that is not described here, or that is given twice, is refused, never ignored. What is not yours and what is not there are told apart by nothing.

Lists come in pages, newest first: \`next\` is the cursor of the next page and null on the last. Events alone are oldest first, and their \`next\` is to be kept: with it you ask again for what was told since. Items that are added meanwhile move nothing.

Send an \`Idempotency-Key\` with every POST that changes something: whatever happens to the connection, send the same request again, and the thing is done once. While the first is being worked on, the second gets 409; with another request the key gets 422. A secret (a link, a key) is shown once and never again: a repeated answer has null in its place, and \`secretShown\` is true. A refusal is not kept: it changed nothing, and its key is free again, for the request put right as well (unless a try before it got 500 or no answer: then the key stays with the request).

Every GET that answers 200 has an \`etag\`: send it as \`If-None-Match\`, and 304 says that what you have is still the answer. HEAD is answered where GET is. You may send 200 requests in ten seconds; beyond that you get 429 with \`retry-after\`, in seconds.`;
