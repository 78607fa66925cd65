// A report as data and as a table: every figure stands where its statement says it, and what became of a statement beside it.
import { describe, expect, it } from 'vitest';
import { readSigned } from '../../../lib/attestation/sd-jwt.ts';
import { lineInForce, linesOfChain } from '../../../lib/report/line.ts';
import { REPORT_COLUMNS, reportHead, reportRow } from '../../../lib/report/report-csv.ts';
import { boundary, disclosable, measured } from '../proof/statement-fixture.ts';
import { NOT_READ, quarter, stored } from './statements.ts';

const CONTRACT = { reference: 'POL-2026-0017' };
const id = (seq: number) => `att_${String(seq).padStart(32, '0')}`;

/** Of cells that have no comma in them. */
const rowOf = (row: string) =>
  Object.fromEntries(
    row
      .trimEnd()
      .split(',')
      .map((cell, n) => [REPORT_COLUMNS[n], cell]),
  );

describe('lines of a chain', () => {
  it('have the figures of their statements, by number, whichever order they were read in', () => {
    const lines = linesOfChain(CONTRACT, quarter().toReversed(), {});
    expect(lines.map(({ claims, logIndex }) => [claims.seq, claims.outcome, logIndex])).toEqual([
      [1, 'measured', 4],
      [2, 'no_reading', 5],
      [3, 'measured', undefined],
    ]);
    expect(lines.map(({ claims }) => claims)).toEqual(quarter().map((statement) => readSigned(statement).claims));
  });

  it.each([
    [{}, [1, 2, 3]],
    [{ from: '2026-02' }, [2, 3]],
    [{ to: '2026-02' }, [1, 2]],
    [{ from: '2026-02', to: '2026-02' }, [2]],
    [{ from: '2026-04' }, []],
  ])('of the months %j are the statements %j', (span, seqs) => {
    expect(linesOfChain(CONTRACT, quarter(), span).map(({ claims }) => claims.seq)).toEqual(seqs);
  });

  it('say what became of a statement, also by one of another month', () => {
    const first = { id: '2026-01', from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z', zone: 'Etc/UTC' };
    const again = stored(4, measured(boundary(0, 12_000_000), boundary(1, 13_000_000)), {
      ...{ replaces: id(1), period: first },
    });
    const withdrawn = stored(5, NOT_READ, { replaces: id(3), period: { ...first, id: '2026-03' } });
    const lines = linesOfChain(CONTRACT, [...quarter(), again, withdrawn], { to: '2026-02' });
    expect(lines.map(({ claims, status }) => [claims.seq, status, claims.replaces])).toEqual([
      [1, 'superseded', undefined],
      [2, 'valid', undefined],
      [4, 'valid', id(1)],
    ]);
    expect(linesOfChain(CONTRACT, [...quarter(), withdrawn], { from: '2026-03' })[0]?.status).toBe('withdrawn');
  });
});

describe('the table', () => {
  const table = () => linesOfChain(CONTRACT, quarter(), {}).map(reportRow);

  it('has the same bytes for the same statements', () => {
    expect([reportHead, ...table()].join('')).toBe(
      [
        'contract,reference,period,from,to,zone,status,outcome,reason,verdict,reasons,distanceMetres,lowerMetres,upperMetres,openingAt,openingMetres,closingAt,closingMetres,readToReadMetres,readToReadFrom,readToReadTo,catchUpMetres,catchUpFrom,partial,attempts,seq,attestation,replaces,issuedAt,logIndex,rulesVersion',
        `ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f,POL-2026-0017,2026-01,2026-01-01T00:00:00.000Z,2026-02-01T00:00:00.000Z,Etc/UTC,valid,measured,,logical,,1234567,1234567,1234567,2026-01-01T00:00:00.000Z,12000000,2026-02-01T00:00:00.000Z,13234567,1234567,2026-01-01T00:00:00.000Z,2026-02-01T00:00:00.000Z,,,false,read:1,1,${id(1)},,2026-02-01T06:00:00.000Z,4,1`,
        `ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f,POL-2026-0017,2026-02,2026-02-01T00:00:00.000Z,2026-03-01T00:00:00.000Z,Etc/UTC,valid,no_reading,asleep,no_judgement,,,,,,,,,,,,,,,asleep:3 refused:1,2,${id(2)},,2026-03-01T06:00:00.000Z,5,1`,
        `ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f,POL-2026-0017,2026-03,2026-03-01T00:00:00.000Z,2026-04-01T00:00:00.000Z,Etc/UTC,valid,measured,,logical,,500000,500000,500000,2026-03-01T00:00:00.000Z,15000000,2026-04-01T00:00:00.000Z,15500000,500000,2026-03-01T00:00:00.000Z,2026-04-01T00:00:00.000Z,1765433,2026-02-01T00:00:00.000Z,false,read:1,3,${id(3)},,2026-04-01T06:00:00.000Z,,1`,
        '',
      ].join('\r\n'),
    );
  });

  it('has no figure where the verdict is that they make none, and names every reason', () => {
    const result = { ...measured(boundary(0, 9_000), boundary(1, 8_000)), distanceMetres: null };
    const read = { ...result.readToRead, metres: null };
    const reasons = ['rollback', 'reading_gap'] as const;
    const row = reportRow(
      lineInForce(
        CONTRACT,
        stored(1, {
          ...{ ...result, lowerMetres: null, upperMetres: null, readToRead: read, verdict: 'illogical' as const },
          reasons,
        }),
      ),
    );
    expect(rowOf(row)).toMatchObject({
      ...{ verdict: 'illogical', reasons: 'rollback reading_gap', distanceMetres: '', lowerMetres: '' },
      ...{ readToReadMetres: '', openingMetres: '9000', closingMetres: '8000', status: 'valid' },
    });
  });

  it('makes a text of a reference that a program would run', () => {
    const [statement] = quarter();
    if (statement === undefined) throw new Error('no statement');
    const row = reportRow(lineInForce({ reference: '=HYPERLINK("https://evil.example")' }, statement));
    expect(row).toContain(`,"'=HYPERLINK(""https://evil.example"")",`);
  });

  it('holds nothing that a holder may withhold but the reference', () => {
    const whole = table().join('');
    const { reference, year, ...hidden } = disclosable;
    for (const value of Object.values(hidden)) expect(whole).not.toContain(value);
    expect(whole).toContain(reference);
    expect(readSigned(quarter()[0] ?? { signingInput: '' }).digests).toHaveLength(7);
  });
});
