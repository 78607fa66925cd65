// A driver whose grant is gone, from the refresh that is refused to the car that is read again: as the insurer sees it, over HTTP.
import { expect } from 'vitest';
import { type CameBack, connectAndLook } from '../../infra/local/demo/driver.ts';
import type { Playground } from '../../infra/local/playground.ts';

export interface Connected {
  readonly contractId: string;
  readonly apiKey: string;
  /** The driver's, at the maker. */
  readonly account: string;
  /** The simulator's id of the car. */
  readonly carId: string;
}

export interface Reconnected extends CameBack {
  /** The link, which is over. */
  readonly link: string;
}

const MINUTE = 60_000;

/** As declared, and held against it by the tests of the API. */
interface Shown {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly reconnect: { readonly url: string; readonly expiresAt: string } | null;
}

/** Leaves the contract with a newer connection that has been read from. */
export async function reconnect(ground: Playground, connected: Connected): Promise<Reconnected> {
  const { stack, simulator } = ground;
  const { contractId, apiKey, account, carId } = connected;
  const contract = `${stack.publicOrigin}/v1/contracts/${contractId}`;
  const ask = (url: string, method = 'GET') => fetch(url, { method, headers: { authorization: `Bearer ${apiKey}` } });
  const get = async <T>(url: string): Promise<T> => (await (await ask(url)).json()) as T; // what the caller says it is
  const later = (minutes: number) => stack.clock.advanceTo(stack.clock.now() + minutes * MINUTE);
  /** @returns what came of a reading that is asked for now */
  const askedFor = async (): Promise<unknown> => {
    expect((await ask(`${contract}/readings`, 'POST')).status).toBe(202);
    await later(5);
    await stack.drain();
    return (await get<{ readonly readingRequest: unknown }>(contract)).readingRequest;
  };
  const before = await get<Shown>(`${contract}/connection`);
  expect(before).toMatchObject({ state: 'active', reconnect: null });

  simulator.revoke(carId);
  await askedFor();
  const dead = await get<Shown>(`${contract}/connection`);
  expect([dead.id, dead.state, dead.reason]).toEqual([before.id, 'reauth_required', 'token_refused']);
  // The sweep, and the time in which a page of events is not listed yet.
  await later(2);
  const events = await (await ask(`${stack.publicOrigin}/v1/events`)).text();
  const data = { contractId, connectionId: before.id, reason: 'token_refused' };
  expect(JSON.parse(events)).toMatchObject({
    items: expect.arrayContaining([expect.objectContaining({ type: 'connection.reauth_required', data })]),
  });
  const link = dead.reconnect?.url ?? '';
  expect(link.startsWith(`${stack.publicOrigin}/connect/`)).toBe(true);
  expect(events).not.toContain('/connect/');

  const status = async () => (await fetch(link)).status;
  expect([await status(), await status()]).toEqual([200, 200]);
  const driver = await connectAndLook(link, account);
  await stack.drain();
  expect(await driver.look()).toContain('<h1>Your car is connected</h1>');
  const alive = await get<Shown>(`${contract}/connection`);
  expect([alive.state, alive.reconnect, alive.id === before.id]).toEqual(['active', null, false]);
  // A car is asked once in a quarter of an hour.
  await later(8);
  expect(await askedFor()).toMatchObject({ state: 'read' });
  expect([await status(), (await fetch(link, { method: 'POST' })).status]).toEqual([404, 404]);
  return { ...driver, link };
}
