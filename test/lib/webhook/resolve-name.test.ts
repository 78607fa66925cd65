// Names against a name server of this process: what both families have is joined, and nobody waits for another name's silence.
import { afterEach, expect, it } from 'vitest';
import { post } from '../../../lib/webhook/post.ts';
import { lookUpName, makeResolveName } from '../../../lib/webhook/resolve-name.ts';
import { type Known, type NameServer, openNameServer } from './name-server.ts';

const open: NameServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function resolving(names: Readonly<Record<string, Known>>, eachTryMs?: number) {
  const server = await openNameServer(new Map(Object.entries(names)));
  open.push(server);
  const servers = [server.address];
  return { server, resolve: makeResolveName(eachTryMs === undefined ? { servers } : { servers, eachTryMs }) };
}

it.each<[string, Known, readonly string[]]>([
  ['both', ['192.0.2.1', '192.0.2.2', '2606:4700::1'], ['192.0.2.1', '192.0.2.2', '2606:4700::1']],
  ['IPv4 alone', ['192.0.2.1'], ['192.0.2.1']],
  ['IPv6 alone', ['2606:4700::1', 'fd00:ec2::254'], ['2606:4700::1', 'fd00:ec2::254']],
  ['nothing', [], []],
  ['nobody', 'nobody', []],
])('a name that has %s has these addresses, IPv4 first', async (_, known, addresses) => {
  const { resolve, server } = await resolving({ 'hooks.insurer.example': known });
  expect(await resolve('hooks.insurer.example')).toEqual(addresses);
  expect(server.asked.toSorted()).toEqual(['hooks.insurer.example A', 'hooks.insurer.example AAAA']);
});

it('any number of names that are not answered hold up no other', async () => {
  const slow = Array.from({ length: 50 }, (_, n) => `slow${n}.hostile.example`);
  const silent = Object.fromEntries(slow.map((name) => [name, 'silent' as const]));
  const { resolve, server } = await resolving({ ...silent, 'hooks.insurer.example': ['192.0.2.1'] });
  const ended: string[] = [];
  for (const name of slow) void resolve(name).then(() => ended.push(name));
  expect(await resolve('hooks.insurer.example')).toEqual(['192.0.2.1']);
  expect([ended, server.asked.length]).toEqual([[], 102]);
});

it('a name that is not answered is given up', async () => {
  const { resolve, server } = await resolving({ 'slow.hostile.example': 'silent' }, 100);
  expect(await resolve('slow.hostile.example')).toEqual([]);
  expect(server.asked).toHaveLength(4);
});

it('one private address among those of both families is enough for nobody to be connected', async () => {
  const { resolve } = await resolving({ 'hooks.insurer.example': ['8.8.8.8', 'fd00:ec2::254'] });
  const posting = { resolve, timeoutMs: 10_000, loopback: false };
  const posted = await post(posting, 'https://hooks.insurer.example/', {}, '{}');
  expect(posted).toEqual({ kind: 'failed', reason: 'address_refused' });
});

it('a machine knows itself', async () => {
  expect(await lookUpName('localhost')).toContain('127.0.0.1');
});
