// Cars of other makes than Citroën: from the link to the bound car, the same on both versions of the platform.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Bench, Browser, heading, openBench } from './bench.ts';

vi.setConfig({ testTimeout: 60_000 });

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

describe.each(['v2', 'v3'] as const)('on %s', (platform) => {
  it.each([
    ['RENAULT', 'Clio', 'VF1RJA00067000001', 'Renault Clio 2023'],
    ['VOLKSWAGEN', 'ID.3', 'WVWZZZE1ZMP000001', 'Volkswagen ID.3 2023'],
    ['MERCEDES BENZ', 'EQA', 'W1N2437011J000001', 'Mercedes-Benz EQA 2023'],
  ])('a %s is chosen, logged in to and bound', async (make, model, vin, name) => {
    const world = await bench.world({ platform, vin, webhookId: 'wh-1' });
    const car = world.addCar({ make, model, vin, year: 2023 });
    const browser = new Browser();
    const url = await world.begun(await world.link(), browser, make);
    expect(new URL(url).searchParams.get('make')).toBe(make);
    const query = await world.atPlatform(url);
    await world.callback(query, browser);
    await world.drain();
    const [connection, ...others] = await world.connections();
    expect(others).toEqual([]);
    expect(connection).toMatchObject({ state: 'active', make, model, vin, vendorVehicleId: car.id });
    const page = await world.done(query, browser);
    expect(heading(page)).toBe('Your car is connected');
    expect(page.body).toContain(`Thank you. ${name} is connected.`);
  });
});
