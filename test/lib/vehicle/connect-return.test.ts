// The callback query: every documented redirect, unknown ones, and queries nobody at the platform sent.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConnectReturn } from '../../../lib/vehicle/connect-return.ts';

describe('a driver who agreed', () => {
  it('brings a code and the state back', () => {
    expect(parseConnectReturn('?code=c-1&state=s-1')).toEqual({
      kind: 'granted',
      code: 'c-1',
      state: 's-1',
      userId: undefined,
      externalId: undefined,
      virtualKeyUrl: undefined,
    });
  });

  it('may bring ids and the link for a virtual key', () => {
    const query = 'code=c&state=s&user_id=u&external_id=e&virtual_key_url=https%3A%2F%2Fwww.tesla.com%2F_ak%2Fx';

    expect(parseConnectReturn(query)).toMatchObject({
      userId: 'u',
      externalId: 'e',
      virtualKeyUrl: 'https://www.tesla.com/_ak/x',
    });
  });
});

describe('a driver who did not come through', () => {
  it.each([
    ['access_denied', 'access_denied'],
    ['vehicle_incompatible', 'vehicle_incompatible'],
    ['invalid_subscription', 'invalid_subscription'],
    ['no_vehicles', 'no_vehicles'],
    ['configuration_error', 'configuration_error'],
    ['server_error', 'server_error'],
    ['user_manually_returned_to_application', 'cancelled'],
    ['oem_cancelled_login', 'cancelled'],
    ['user_cancelled', 'cancelled'],
    ['user_exited', 'cancelled'],
    ['something_of_next_year', 'unknown'],
    ['constructor', 'unknown'],
    ['', 'unknown'],
  ])('%s is %s', (error, refusal) => {
    expect(parseConnectReturn(`?error=${error}&error_description=Some+text&state=s-1`)).toEqual({
      kind: 'refused',
      refusal,
      state: 's-1',
      vehicle: undefined,
      statusCode: undefined,
    });
  });

  it('shares the incompatible car, model optional', () => {
    expect(parseConnectReturn('error=vehicle_incompatible&vin=V1&make=CITROEN&year=2012&state=s')).toMatchObject({
      vehicle: { vin: 'V1', make: 'CITROEN', model: undefined, year: 2012 },
    });
  });

  it('brings the status of a configuration error', () => {
    expect(parseConnectReturn('error=configuration_error&status_code=400&error_message=x')).toMatchObject({
      statusCode: 400,
      state: undefined,
    });
  });

  it('brings no number where there is none', () => {
    expect(parseConnectReturn('error=configuration_error&status_code=4e2&vin=V&year=new')).toMatchObject({
      statusCode: undefined,
      vehicle: { year: undefined },
    });
  });

  it('is refused even with a code beside the error', () => {
    expect(parseConnectReturn('code=c&error=access_denied&state=s').kind).toBe('refused');
  });
});

describe('what did not come from Connect', () => {
  it.each(['', '?', 'state=s', 'code=&state=s', 'code=a&code=b&state=s', 'code=a&state=s&state=t', 'error=a&error=b'])(
    '%j is unreadable',
    (query) => {
      expect(parseConnectReturn(query)).toEqual({ kind: 'unreadable' });
    },
  );

  it('any query at all is one of the three', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (query) => {
        expect(['granted', 'refused', 'unreadable']).toContain(parseConnectReturn(query).kind);
      }),
    );
  });
});
