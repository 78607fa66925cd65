// The golden months: what was judged once by a version of the rules is judged the same for ever, to the byte.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../../lib/mileage/finding.ts';
import { type JudgeInput, judgeAs } from '../../../lib/mileage/judge.ts';
import { RULES_VERSION } from '../../../lib/mileage/limits.ts';
import { buildMileageVectors } from '../../vectors/mileage-vectors.ts';

interface Golden {
  readonly name: string;
  readonly rulesVersion: string;
  readonly input: JudgeInput;
  readonly judged: { readonly outcome: string; readonly findings?: readonly { readonly rule: string }[] };
}

const text = readFileSync(new URL('../../vectors/mileage.json', import.meta.url), 'utf8');
const golden: readonly Golden[] = JSON.parse(text);

describe('I8 a month judged once', () => {
  it.each(golden)(
    'comes out the same, byte for byte, by the rules it names: $name',
    ({ rulesVersion, input, judged }) => {
      expect(JSON.stringify(judgeAs(rulesVersion, input))).toBe(JSON.stringify(judged));
    },
  );

  it('is there for every rule of today', () => {
    const today = golden.filter(({ rulesVersion }) => rulesVersion === RULES_VERSION);
    const seen = new Set(today.flatMap(({ judged }) => judged.findings ?? []).map(({ rule }) => rule));
    expect([...seen].sort()).toEqual([...RULES].sort());
    expect(`${JSON.stringify(buildMileageVectors(), null, 2)}\n`).toBe(text);
  });

  it('cannot be judged by rules that nobody knows', () => {
    const [{ input }] = golden as [Golden];
    for (const version of ['0', '', 'constructor'])
      expect(() => judgeAs(version, input)).toThrow(expect.objectContaining({ code: 'unknown_rules' }));
  });
});
