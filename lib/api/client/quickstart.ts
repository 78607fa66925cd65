// From an API key to an attestation in five calls. The README shows this file as it is, and a test runs it.
import { createHash } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import createClient from 'openapi-fetch';
import type { components, paths } from './paths.ts';

/** What was asked for, or the refusal as an error: `code` is for machines, the rest for people. */
function answered<T>({ data, error }: { data?: T; error?: unknown }): T {
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

export function openOdoseal(origin: string, apiKey: string) {
  const api = createClient<paths>({ baseUrl: origin, headers: { authorization: `Bearer ${apiKey}` } });
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', origin));
  return {
    /** Calls 1 and 2, when a policy is sold. The driver opens the link and logs in at the car's maker. */
    async inviteDriver(terms: components['schemas']['NewContract']) {
      // Any text of yours may be a reference; a key is short and ASCII.
      const once = { 'Idempotency-Key': createHash('sha256').update(`contract ${terms.reference}`).digest('hex') };
      const contract = answered(await api.POST('/v1/contracts', { body: terms, params: { header: once } }));
      const path = { contractId: contract.id };
      const session = answered(
        await api.POST('/v1/contracts/{contractId}/connect-sessions', { params: { path }, body: {} }),
      );
      return { ...path, link: session.url };
    },

    /** Call 3: `active` once the car is connected. */
    async connection(contractId: string) {
      const params = { path: { contractId } };
      return answered(await api.GET('/v1/contracts/{contractId}/connection', { params }));
    },

    /** Calls 4 and 5, once a month is over: the newest statement, checked with public keys, and the text that others can check. */
    async newestAttestation(contractId: string) {
      const params = { path: { contractId }, query: { limit: 1 } };
      const { items } = answered(await api.GET('/v1/contracts/{contractId}/attestations', { params }));
      if (items[0] === undefined) return undefined;
      const sdJwt = answered(
        await api.GET('/v1/attestations/{attestationId}', {
          params: { path: { attestationId: items[0].id } },
          headers: { accept: 'application/sd-jwt' },
          parseAs: 'text',
        }),
      );
      const [jwt = ''] = sdJwt.split('~');
      const rules = { algorithms: ['ES256'], typ: 'odoseal-mileage+sd-jwt', issuer: origin };
      const { payload: claims } = await jwtVerify(jwt, keys, rules);
      return { sdJwt, claims };
    },
  };
}
