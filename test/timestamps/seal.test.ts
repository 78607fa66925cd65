// Seals of PDF files, stamped by an authority on this machine over HTTP. `npm run test:timestamps`.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fromBER } from 'asn1js';
import { ContentInfo, SignedData } from 'pkijs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { digest, verifyX509 } from '../../lib/cli/node-primitives.ts';
import { verifySeal } from '../../lib/proof/pdf-seal.ts';
import { verifyTimestamp } from '../../lib/proof/timestamp.ts';
import { makePrint } from '../../lib/report/pdf/print.ts';
import { givenTrust } from '../lib/proof/bundle-fixture.ts';
import { reportIn } from '../lib/report/pdf/report-fixture.ts';
import { printing, sealKey } from '../lib/report/printing.ts';
import { openAuthority } from './authority.ts';

const authority = openAuthority('rsa');
const root = Buffer.from(authority.root.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
let isAway = false;
const server = createServer(async (request, response) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  if (isAway) response.writeHead(503).end();
  else response.end(authority.reply(Buffer.concat(chunks)));
});

beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.close();
  authority.close();
});

const print = () =>
  makePrint({ ...printing, timestampUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });

/** The one signer in the seal, as pkijs reads it. */
function signerIn(pdf: Uint8Array) {
  const text = Buffer.from(pdf).toString('latin1');
  const [, length = 0, second = 0] = (/\/ByteRange \[([\d ]+)\]/.exec(text)?.[1] ?? '').split(' ').map(Number);
  const cms = fromBER(Uint8Array.from(Buffer.from(text.slice(length + 1, second - 1), 'hex')).buffer);
  return new SignedData({ schema: new ContentInfo({ schema: cms.result }).content }).signerInfos[0];
}

it('a seal has a timestamp of its signature, and holds', async () => {
  const pdf = await print()(reportIn('en'));
  expect(verifySeal(pdf, { keys: [sealKey.jwk], crypto: givenTrust.crypto })).toEqual({ ok: true, kid: sealKey.kid });
  const signer = signerIn(pdf);
  const [attribute, ...others] = signer?.unsignedAttrs?.attributes ?? [];
  expect([attribute?.type, others]).toEqual(['1.2.840.113549.1.9.16.2.14', []]);
  const token = Buffer.from(attribute?.values[0].toBER() ?? new ArrayBuffer());
  const signature = Buffer.from(signer?.signature.valueBlock.valueHexView ?? []);
  const trust = { digest, verifyX509, roots: [root] };
  expect(verifyTimestamp(token, signature, trust)).toMatchObject({ ok: true, by: 'Test Timestamps' });
});

it('no report is without, while the authority is away', async () => {
  isAway = true;
  await expect(print()(reportIn('en'))).rejects.toMatchObject({ code: 'AUTHORITY_UNAVAILABLE' });
});
