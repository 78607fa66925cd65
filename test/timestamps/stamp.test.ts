// Heads of a log, stamped by an authority on this machine over HTTP. `npm run test:timestamps`.

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keys } from '../../lib/aws/keys.ts';
import { digest, verifyX509 } from '../../lib/cli/node-primitives.ts';
import { askAuthority } from '../../lib/ledger/authority.ts';
import { readStamped, readState, readTimestamp } from '../../lib/ledger/log-store.ts';
import { publishTimestamp } from '../../lib/ledger/publish.ts';
import { makeStamper } from '../../lib/ledger/stamp.ts';
import { utf8 } from '../../lib/proof/base64url.ts';
import { verifyTimestamp } from '../../lib/proof/timestamp.ts';
import { type LedgerWorld, openLedgerWorld } from '../lib/ledger/ledger-world.ts';
import { openAuthority } from './authority.ts';

const authority = openAuthority('rsa');
const root = Buffer.from(authority.root.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
let asked = 0;
const server = createServer(async (request, response) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  asked += 1;
  response.end(authority.reply(Buffer.concat(chunks)));
});
let world: LedgerWorld;
let close: () => Promise<void>;
let url = '';

const stamper = () =>
  makeStamper({
    log: world.tables.log,
    ask: askAuthority(url),
    nonce: () => randomBytes(8),
    clock: () => world.now,
    missing: (code) => {
      throw new Error(code);
    },
  });

beforeAll(async () => {
  ({ world, close } = await openLedgerWorld());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  server.close();
  authority.close();
  await close();
});

it('the newest head has a timestamp, once; the next one has its own', async () => {
  const { log } = world.tables;
  const stamp = stamper();
  await world.issue(2);
  await world.seal();
  expect([await stamp(), await stamp(), await stamper()()]).toEqual([true, false, false]);
  expect(asked).toBe(1);
  const first = await readStamped(log);
  expect(first?.size).toBe(2);
  const { token = new Uint8Array(), note = '' } = first ?? {};
  expect(note).toBe((await readState(log))?.note);
  expect(verifyTimestamp(token, utf8(note), { digest, verifyX509, roots: [root] })).toMatchObject({ ok: true });
  await world.issue(1);
  await world.seal();
  expect((await readStamped(log))?.size).toBe(2);
  expect(await stamp()).toBe(true);
  expect((await readStamped(log))?.size).toBe(3);
  expect(await readTimestamp(log, 2)).toEqual(token);
  expect(await publishTimestamp(log, '2')).toEqual({
    contentType: 'application/timestamp-token',
    cacheControl: 'public, max-age=31536000, immutable',
    body: token,
  });
  for (const size of ['4', '0', '02', 'x']) expect(await publishTimestamp(log, size)).toBeUndefined();
});

it('one that was kept and not noted is noted by whoever comes next', async () => {
  const { log } = world.tables;
  await log.put({ ...keys.logStamped(), size: 2 });
  expect([await stamper()(), (await readStamped(log))?.size]).toEqual([false, 3]);
});
