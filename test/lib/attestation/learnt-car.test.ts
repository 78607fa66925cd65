// A car that tells its VIN first when it is read, in a whole turn whose calls fail one by one from the car's answer to the reading that is stored: the contract learns which car it is about, and
// that another one of its tenant is about the same, and the month is stated once.
import { expect, it, vi } from 'vitest';
import type { Fault } from '../../stores/faults.ts';
import { FEBRUARY, readingsOf } from './month.ts';
import { DAY, HOUR, openWorld } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

const VIN = 'VF7SXHNPTPT000007';
const NO_VIN = ['vehicleidentification-vin'];

/** The turn that closes January. @returns its calls from the car's answer on, and what it left behind */
async function learn(failing?: { readonly nth: number; readonly fault: Fault }) {
  const { world, close } = await openWorld({ startAt: FEBRUARY - 2 * DAY, application: { platform: 'v3' } });
  try {
    // Of another time zone: its own turns are hours away.
    const [known, unnamed] = [await world.sign({ zone: 'Pacific/Apia', dayOffset: 7 }), await world.sign()];
    await world.connect(known, { vin: VIN });
    const { carId } = await world.connect(unnamed, { vin: VIN, missingSignals: NO_VIN });
    await world.runTo(FEBRUARY - 1);
    expect((await world.contract(unnamed)).boundVin).toBeUndefined();
    world.simulator.fleet.setMissingSignals(carId, []);
    const before = world.faults.calls.length;
    const answered = () => world.faults.calls.indexOf('vehicle.read', before) + 1;
    world.afterAnswer = async () => {
      world.afterAnswer = () => Promise.resolve();
      if (failing !== undefined) world.faults.failNext(failing.fault, failing.nth);
    };
    await world.runTo(FEBRUARY);
    const calls = world.faults.calls.slice(answered());
    await world.runTo(FEBRUARY + 2 * HOUR);
    const contracts = [await world.contract(known), await world.contract(unnamed)];
    const [january, ...more] = await world.claims(unnamed);
    return {
      calls,
      end: {
        cars: contracts.map(({ boundVin, sharesCar }) => [boundVin, sharesCar]),
        stated: [january?.outcome, more.length],
        readings: (await readingsOf(world, unnamed)).filter(({ vin }) => vin === VIN).length,
        dead: world.deadLetters,
        wrong: await world.check(),
      },
    };
  } finally {
    await close();
  }
}

it('I7 a car that is learnt by a read is known, and its month stated, whichever call of the turn fails', async () => {
  const healthy = await learn();
  const learning = ['put', 'query', 'get', 'update', 'update', 'update'].map((call) => `business.${call}`);
  expect(healthy.calls).toEqual([
    ...['business.get', ...learning, 'business.put', 'business.query', 'business.get'],
    ...['signer.publicJwk', 'signer.sign', 'attestations.put', 'attestations.put', 'business.update'],
  ]);
  const { end } = healthy;
  expect(end).toEqual({
    cars: [
      [VIN, true],
      [VIN, true],
    ],
    stated: ['measured', 0],
    readings: 1,
    dead: [],
    wrong: [],
  });
  // What states the month is failed where months are stated.
  for (const fault of ['not_applied', 'applied'] as const)
    for (const [n, call] of healthy.calls.slice(0, healthy.calls.indexOf('business.query', 3)).entries()) {
      const failed = await learn({ nth: n + 1, fault });
      expect(failed.calls[n], `${n} ${call} ${fault}`).toBe(call);
      expect(failed.end, `${n} ${call} ${fault}`).toEqual(end);
    }
});
