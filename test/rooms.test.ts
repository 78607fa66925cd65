// What the import rules cannot see: globals. Pure rooms take clock, randomness and environment as parameters; the rest of lib takes the
// clock and randomness so. Reads the sources as text, comments taken out.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const lib = new URL('../lib/', import.meta.url);

const sources = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

const code = (name: string): string =>
  readFileSync(new URL(name, lib), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '');

const users = (pattern: RegExp, rooms: RegExp): readonly string[] =>
  sources.filter((name) => rooms.test(name) && pattern.test(code(name)));

const CLOCK_OR_CHANCE = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\brandomUUID\b|\brandomBytes\b/;
const SURROUNDINGS =
  /\bprocess\b|\bglobalThis\b|\bperformance\b|\bcrypto\.(subtle|getRandomValues)\b|\bfetch\b|\bsetTimeout\b|\bBuffer\b/;

/** Programs wire; rooms do not. */
const PROGRAMS = /^(cli|simulator)\/main\.ts$/;

describe('rooms', () => {
  it('mileage, proof and verification use neither clock nor chance nor anything of the machine', () => {
    expect(users(CLOCK_OR_CHANCE, /^(mileage|proof|verification)\//)).toEqual([]);
    expect(users(SURROUNDINGS, /^(mileage|proof|verification)\//)).toEqual([]);
  });

  it('nothing in lib reads the real clock or makes up randomness', () => {
    expect(users(CLOCK_OR_CHANCE, /^/).filter((name) => !PROGRAMS.test(name))).toEqual([]);
  });
});
