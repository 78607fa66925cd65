// The tamper table, every row with every checker: the command line on bundle and PDF, with the whole log and without, the page on both, and
// check-log on what is stored. Each names what it sees, in the same words where it is the same; where it sees nothing, the row says why.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Case, MUTATIONS } from './case.ts';
import { commandLine, commandLineWithLog, page, type Said } from './checkers.ts';
import { openRun, type Run } from './run.ts';
import { CASES } from './table.ts';

let run: Run;
let close: () => Promise<void>;
let good: Uint8Array;
let goodPdf: Uint8Array;

beforeAll(async () => {
  ({ run, close } = await openRun());
  good = await run.handOut('bundle');
  goodPdf = await run.handOut('pdf');
});
beforeEach(() => run.reset());
afterAll(() => close());

/** A file, or why there is none. */
type Handed = Uint8Array | string;

const NOTHING = 'nothing is handed out';

const handOut = (format: 'bundle' | 'pdf'): Promise<Handed> =>
  run.handOut(format).catch(({ code }: { readonly code?: string }) => `${NOTHING}: ${code}`);

const said = async (check: (run: Run, file: Uint8Array) => Promise<Said>, file: Handed): Promise<readonly string[]> => {
  if (typeof file === 'string') return [file];
  const { verified, names } = await check(run, file);
  expect(verified).toBe(names.length === 0);
  return names;
};

/** Bundle and PDF as a row leaves them; a changed PDF has no bundle beside it. */
async function tampered({ bundle, pdf, store }: Case): Promise<{ readonly bundle?: Handed; readonly pdf: Handed }> {
  if (pdf !== undefined) return { pdf: pdf(goodPdf) };
  if (bundle !== undefined) {
    const text = await bundle(run, Buffer.from(good).toString());
    return { bundle: Buffer.from(text), pdf: await run.sealedOver(text) };
  }
  await store?.(run);
  return { bundle: await handOut('bundle'), pdf: await handOut('pdf') };
}

const targetOf = ({ bundle, pdf }: Case): string => (pdf ? 'in the PDF' : bundle ? 'in the bundle' : 'in the store');

describe('nothing', () => {
  it('is said by anybody of a run that nobody touched', async () => {
    for (const file of [good, goodPdf])
      for (const check of [commandLine, commandLineWithLog, page])
        expect(await check(run, file)).toEqual({ verified: true, names: [] });
    expect(await run.fsck()).toEqual([]);
  });
});

describe('tampering with', () => {
  it.each(CASES.map((row) => [`${row.of} ${targetOf(row)}: ${row.name}`, row] as const))(
    'I3 I4 I5 I6 %s is found out',
    async (_, row) => {
      const { bundle, pdf } = await tampered(row);
      const { verifier, log = [], earlier = [], fsck } = row;
      for (const file of bundle === undefined ? [pdf] : [bundle, pdf])
        for (const check of [commandLine, page]) expect(await said(check, file)).toEqual(verifier);
      if (bundle !== undefined) expect(await said(commandLineWithLog, bundle)).toEqual([...verifier, ...log]);
      expect(await said(commandLineWithLog, good)).toEqual(earlier);
      expect(await run.fsck()).toEqual(fsck);
    },
  );

  it('the VIN of the car in the store has nobody shown another VIN', async () => {
    const row = CASES.find(({ of, store }) => of === 'a disclosure' && store !== undefined);
    await row?.store?.(run);
    const text = Buffer.from(await run.handOut('bundle')).toString();
    const disclosed = [...text.matchAll(/~([\w-]+)/g)].map(([, one = '']) => Buffer.from(one, 'base64url').toString());
    expect(disclosed.filter((one) => one.includes('"vin"'))).toEqual([]);
    expect(disclosed.filter((one) => one.includes('"make"'))).toHaveLength(4);
  });
});

describe('the table', () => {
  it('says of each checker that sees nothing why, and of no other', () => {
    for (const { name, verifier, fsck, unseen = {} } of CASES) {
      expect([name, unseen.verifier === undefined]).toEqual([name, verifier.length > 0]);
      expect([name, unseen.fsck === undefined]).toEqual([name, fsck.length > 0]);
    }
  });

  it('has every mutation found out by everybody who can see it', () => {
    const all = ['command line', 'page', 'fsck'];
    const seenBy = (of: Case['of']): readonly string[] => {
      const rows = CASES.filter((row) => row.of === of);
      const verifier = rows.some((row) => row.verifier.some((name) => !name.startsWith(NOTHING)));
      const withLog = rows.some(({ log = [], earlier = [] }) => log.length + earlier.length > 0);
      const fsck = rows.some((row) => row.fsck.length > 0);
      return all.filter((_, n) => [verifier || withLog, verifier, fsck][n]);
    };
    const exceptions: Partial<Record<Case['of'], readonly string[]>> = {
      'a disclosure': ['command line', 'page'],
      'a digit on the PDF page': ['command line', 'page'],
      // Whatever was true a month ago holds. The page connects to nothing: it has no log.
      'a restored old table': ['command line', 'fsck'],
    };
    expect(Object.fromEntries(MUTATIONS.map((of) => [of, seenBy(of)]))).toEqual(
      Object.fromEntries(MUTATIONS.map((of) => [of, exceptions[of] ?? all])),
    );
  });
});
