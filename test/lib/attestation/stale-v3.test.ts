// V3 answers with what it heard last: an answer that is older than the boundary waits for hours, not for minutes.
import { expect, it, vi } from 'vitest';
import { DEADLINE, FEBRUARY, START, watchReads } from './month.ts';
import { HOUR, openWorld } from './world.ts';

vi.setConfig({ testTimeout: 60_000 });

it.each([
  ['v2', [0, 0.25, 1.25, 4.25, 10.25, 22.25]],
  ['v3', [0, 6, 18, 30, 42, 54]],
] as const)('a parked car on %s is asked again after so many hours', async (platform, hours) => {
  const { world, close } = await openWorld({ startAt: START, application: { platform } });
  try {
    const contract = await world.sign();
    await world.connect(contract, { metresPerDay: 0 });
    await world.runTo(FEBRUARY - 1);
    const asked = watchReads(world);
    await world.runTo(DEADLINE);
    const [first = ''] = asked;
    expect(asked.slice(0, hours.length).map((at) => (Date.parse(at) - Date.parse(first)) / HOUR)).toEqual(hours);
    expect((await world.claims(contract))[0]).toMatchObject({ outcome: 'no_reading' });
  } finally {
    await close();
  }
});
