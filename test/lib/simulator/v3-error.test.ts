import { describe, expect, it } from 'vitest';
import { v3Error, v3ErrorBody } from '../../../lib/simulator/v3-error.ts';
import { refuse, type VendorErrorName, vendorErrors } from '../../../lib/simulator/vendor-error.ts';

// Object.keys forgets the names.
const names = Object.keys(vendorErrors) as VendorErrorName[];

/** What V3 calls otherwise; everything else keeps type, code and status. */
const renamed: Readonly<Record<string, string>> = {
  AUTHENTICATION: 'AUTHENTICATION:UNAUTHORIZED 401',
  PERMISSION: 'AUTHENTICATION:ACCESS_DENIED 403',
  VALIDATION: 'VALIDATION:INVALID_INPUT_FORMAT 400',
  'VALIDATION:PARAMETER': 'VALIDATION:INVALID_INPUT_FORMAT 400',
  'RESOURCE_NOT_FOUND:PATH': 'RESOURCE_NOT_FOUND:INVALID_PATH 404',
  'VEHICLE_STATE:CHARGING_PLUG_CONNECTED': 'VEHICLE_STATE:UNKNOWN 409',
  'VEHICLE_STATE:LOW_BATTERY': 'VEHICLE_STATE:UNKNOWN 409',
};

describe('an error of V3', () => {
  it.each(names)('has a type, a code and a status: %s', (name) => {
    const { type, code, status } = v3Error(refuse(name));
    expect(`${type}:${code} ${status}`).toBe(renamed[name] ?? `${name} ${vendorErrors[name][0]}`);
  });

  it('carries a resolution, with its link where there is one, and a word for none', () => {
    const url = 'https://connect.test/oauth/reauthenticate';
    const failed = refuse('CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED', { url });
    expect(v3Error(failed).resolution).toEqual({ type: 'REAUTHENTICATE', url });
    expect(v3Error(refuse('VEHICLE_STATE:ASLEEP')).resolution).toEqual({ type: 'UNKNOWN_RESOLUTION_TYPE' });
  });

  it('is told in a list of one', () => {
    expect(v3ErrorBody(refuse('BILLING:VEHICLE_LIMIT'), 'request-1')).toEqual({
      errors: [
        {
          status: '430',
          type: 'BILLING',
          code: 'VEHICLE_LIMIT',
          title: 'Vehicle Limit',
          detail: 'The plan allows no more active vehicles.',
          resolution: { type: 'CONTACT_SUPPORT' },
          suggestedUserMessage: 'Your request could not be completed.',
          links: { about: 'https://smartcar.com/docs/errors/api-errors/v3/billing-errors#vehicle-limit' },
          meta: { debug: { requestId: 'request-1' } },
        },
      ],
    });
  });
});
