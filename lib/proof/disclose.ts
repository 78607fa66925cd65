// Putting disclosed claims back into an issuer-signed payload: RFC 9901 §7.1 steps 3 to 5, for object members and array elements,
// nested ones included. Whatever the RFC says MUST be rejected is rejected, and a disclosure that comes twice too.
import { decodeAtOnce, fromUtf8 } from './base64url.ts';
import type { Sha256 } from './primitives.ts';
import { hashText } from './sd-jwt.ts';
import { define, isObject, type Json, type JsonObject, member, parseStrictJson } from './strict-json.ts';

export type DisclosureRefusal =
  | 'digest_algorithm'
  | 'digest_malformed'
  | 'digest_repeated'
  | 'disclosure_malformed'
  | 'disclosure_repeated'
  | 'disclosure_name'
  | 'disclosure_unreferenced';

export type Disclosing =
  | { readonly ok: true; readonly payload: JsonObject; readonly digests: number }
  | { readonly ok: false; readonly reason: DisclosureRefusal };

interface Disclosure {
  readonly name?: string;
  readonly value: Json;
}

const MIN_SALT_BYTES = 16;

function readDisclosure(text: string): Disclosure | undefined {
  const bytes = decodeAtOnce(text);
  const json = bytes && fromUtf8(bytes);
  const content = json === undefined ? undefined : parseStrictJson(json, json.length);
  if (!Array.isArray(content) || (content.length !== 2 && content.length !== 3)) return undefined;
  const items: readonly Json[] = content;
  const [salt, name] = items;
  const value = items.at(-1);
  if (typeof salt !== 'string' || salt.length < MIN_SALT_BYTES || value === undefined) return undefined;
  if (items.length === 2) return { value };
  return typeof name === 'string' ? { name, value } : undefined;
}

/** base64url of 32 bytes: the last character has two bits too many, which are zero. */
const DIGEST = /^[\w-]{42}[AEIMQUYcgkosw048]$/;
const isDigest = (value: Json | undefined): value is string => typeof value === 'string' && DIGEST.test(value);

/** Whether digests may be anywhere in it. */
function hasDigest(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.some(hasDigest);
  if (!isObject(value)) return false;
  return Object.keys(value).some((name) => name === '_sd' || name === '...' || hasDigest(value[name]));
}

/** One pass over a payload. The first thing wrong is kept in `refusal`; what is returned after that is not used. */
class Pass {
  refusal: DisclosureRefusal | undefined;
  readonly #disclosures = new Map<string, Disclosure>();
  readonly #seen = new Set<string>();
  #used = 0;

  constructor(texts: readonly string[], sha256: Sha256) {
    if (new Set(texts).size !== texts.length) this.refuse('disclosure_repeated');
    for (const text of texts) {
      const disclosure = readDisclosure(text);
      if (disclosure === undefined) this.refuse('disclosure_malformed');
      else this.#disclosures.set(hashText(text, sha256), disclosure);
    }
  }

  get digests(): number {
    return this.#seen.size;
  }

  refuse(reason: DisclosureRefusal): undefined {
    this.refusal ??= reason;
    return undefined;
  }

  run(payload: JsonObject): JsonObject {
    const algorithm = member(payload, '_sd_alg');
    if (algorithm !== undefined && algorithm !== 'sha-256') this.refuse('digest_algorithm');
    const { _sd_alg: _, ...rest } = payload;
    const processed = this.#object(rest);
    if (this.#used !== this.#disclosures.size) this.refuse('disclosure_unreferenced');
    return processed;
  }

  /** The disclosure behind a digest; undefined for one that was withheld (or was a decoy). */
  #resolve(digest: Json | undefined): Disclosure | undefined {
    if (!isDigest(digest)) return this.refuse('digest_malformed');
    if (this.#seen.has(digest)) return this.refuse('digest_repeated');
    this.#seen.add(digest);
    const disclosure = this.#disclosures.get(digest);
    if (disclosure !== undefined) this.#used++;
    return disclosure;
  }

  #value(value: Json): Json {
    if (!hasDigest(value)) return value;
    if (Array.isArray(value)) return value.flatMap((item: Json) => this.#element(item));
    return isObject(value) ? this.#object(value) : value;
  }

  #element(item: Json): readonly Json[] {
    if (!isObject(item) || !Object.hasOwn(item, '...')) return [this.#value(item)];
    if (Object.keys(item).length !== 1) this.refuse('digest_malformed');
    const disclosure = this.#resolve(member(item, '...'));
    if (disclosure === undefined) return [];
    if (disclosure.name !== undefined) this.refuse('disclosure_malformed');
    return [this.#value(disclosure.value)];
  }

  #object({ _sd: digests, ...object }: JsonObject): JsonObject {
    if (Object.hasOwn(object, '...')) this.refuse('digest_malformed');
    const members: Record<string, Json> = object;
    for (const name of Object.keys(object)) {
      const value = object[name];
      if (value !== undefined && hasDigest(value)) define(members, name, this.#value(value));
    }
    // Put together from two objects: V8 is slow to read one that grew name by name.
    return digests === undefined ? members : { ...members, ...this.#disclosed(digests, members) };
  }

  #disclosed(digests: Json, members: JsonObject): JsonObject {
    const disclosed: Record<string, Json> = {};
    if (!Array.isArray(digests)) this.refuse('digest_malformed');
    for (const digest of Array.isArray(digests) ? digests : []) {
      const disclosure = this.#resolve(digest);
      if (disclosure === undefined) continue;
      const { name, value } = disclosure;
      const taken = [members, disclosed].some((object) => name !== undefined && Object.hasOwn(object, name));
      if (name === undefined) this.refuse('disclosure_malformed');
      else if (name === '_sd' || name === '...' || taken) this.refuse('disclosure_name');
      else define(disclosed, name, this.#value(value));
    }
    return disclosed;
  }
}

/**
 * The processed payload: disclosed claims in, digests out.
 * @returns `digests`: how many digests the payload held, explained or not
 */
export function applyDisclosures(payload: JsonObject, disclosures: readonly string[], sha256: Sha256): Disclosing {
  const pass = new Pass(disclosures, sha256);
  const processed = pass.run(payload);
  if (pass.refusal !== undefined) return { ok: false, reason: pass.refusal };
  return { ok: true, payload: processed, digests: pass.digests };
}
