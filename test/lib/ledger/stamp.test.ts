// What an authority may do instead of giving a timestamp: nothing is kept, sealing goes on, and it is asked again. What it does when it
// works is in test/timestamps.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askAuthority } from '../../../lib/ledger/authority.ts';
import { publishTimestamp } from '../../../lib/ledger/publish.ts';
import { makeStamper } from '../../../lib/ledger/stamp.ts';
import { MAX_TIMESTAMP } from '../../../lib/proof/timestamp.ts';
import recorded from '../../vectors/timestamps.json' with { type: 'json' };
import { type LedgerWorld, openLedgerWorld } from './ledger-world.ts';

const answering =
  (body: Uint8Array | string, status = 200): RequestListener =>
  (_, response) =>
    void response.writeHead(status).end(body);

const UNAVAILABLE = 'AUTHORITY_UNAVAILABLE';
const REFUSED = 'AUTHORITY_REFUSED';

const faults: readonly (readonly [string, RequestListener, string])[] = [
  ['breaks the connection', (request) => void request.socket.destroy(), UNAVAILABLE],
  ['does not answer in time', () => undefined, UNAVAILABLE],
  ['begins to answer, and does not go on', (_, response) => void response.writeHead(200).write('0'), UNAVAILABLE],
  ['is overloaded', answering('', 503), UNAVAILABLE],
  [
    'leads somewhere else',
    (_, response) => void response.writeHead(307, { location: '/elsewhere' }).end(),
    UNAVAILABLE,
  ],
  ['refuses', answering(Buffer.from('30053003020102', 'hex')), REFUSED],
  ['answers another question', answering(Buffer.from(recorded.rsa.response, 'base64')), REFUSED],
  ['answers with a page', answering('<html>'), REFUSED],
  ['answers with nothing', answering(''), REFUSED],
  ['answers without end', answering(Buffer.alloc(MAX_TIMESTAMP + 1)), REFUSED],
];

let world: LedgerWorld;
let close: () => Promise<void>;
let listener: RequestListener = answering('');
let asked: (string | undefined)[] = [];
let url = '';
const server = createServer((request, response) => {
  asked.push(request.headers['content-type']);
  listener(request, response);
});
const told: { readonly code: string; readonly long: boolean }[] = [];

const stamper = () =>
  makeStamper({
    log: world.tables.log,
    ask: askAuthority(url, 300),
    nonce: () => Buffer.from(recorded.nonce, 'hex'),
    clock: () => world.now,
    missing: (code, long) => void told.push({ code, long }),
  });

beforeAll(async () => {
  ({ world, close } = await openLedgerWorld());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsr`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await close();
});
beforeEach(() => {
  asked = [];
  told.length = 0;
});

it('nobody is asked while the log is empty', async () => {
  expect(await stamper()()).toBe(false);
  expect({ asked, told }).toEqual({ asked: [], told: [] });
});

describe('an authority that', () => {
  beforeAll(async () => {
    await world.issue(1);
    await world.seal();
  });

  it.each(faults)('%s is asked again the next time', async (_, fault, code) => {
    listener = fault;
    const stamp = stamper();
    expect(await stamp()).toBe(false);
    expect(await stamp()).toBe(false);
    expect(asked).toEqual(Array(2).fill('application/timestamp-query'));
    expect(told).toEqual(Array(2).fill({ code, long: false }));
    expect(await publishTimestamp(world.tables.log, '1')).toBeUndefined();
  });

  it('is away for more than an hour is a matter for the operator', async () => {
    listener = answering('', 503);
    world.now += 3_600_001;
    await stamper()();
    expect(told).toEqual([{ code: UNAVAILABLE, long: true }]);
    world.now -= 3_600_001;
  });

  it('is away holds up no sealing', async () => {
    listener = answering('', 503);
    await stamper()();
    await world.issue(3);
    expect(await world.seal()).toBe(3);
    expect(await world.check()).toEqual([]);
  });
});
