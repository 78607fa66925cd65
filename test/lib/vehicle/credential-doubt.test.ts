// The one confusion of credentials that gets a sentence of its own.
import { describe, expect, it } from 'vitest';
import { credentialDoubt } from '../../../lib/vehicle/credential-doubt.ts';

describe('the shape of a credential', () => {
  it('an Application ID in its place is explained in one sentence', () => {
    expect(credentialDoubt('8E5F4A1B-1234-4123-8123-0123456789ab')).toBe(
      'This is the Application ID, which only Connect takes; V3 needs the client id of an API credential, which starts with "client_".',
    );
  });

  it.each(['client_abc', 'client_01JABC-x.y~z', 'another_prefix'])('%s may be right', (clientId) => {
    expect(credentialDoubt(clientId)).toBeUndefined();
  });

  it.each(['', ' client_abc', '"client_abc"', 'a'.repeat(257)])('%j is none', (clientId) => {
    expect(credentialDoubt(clientId)).toMatch(/^This is no client id/);
    if (clientId !== '') expect(credentialDoubt(clientId)).not.toContain('client_abc');
  });
});
