// All documented refusals against a second, hand-written list, the fall-through rules, and the tables in README.md.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  applicationTokenRefusals,
  meaningOf,
  refusals,
  tokenRefusals,
  v3Refusals,
} from '../../../lib/vehicle/refusals.ts';

// Written out by hand from the platform's error reference: type, code, HTTP status, meaning.
const documented = [
  ['AUTHENTICATION', null, 401, 'refresh_once'],
  ['PERMISSION', null, 403, 'reconnect'],
  ['VALIDATION', null, 400, 'operator'],
  ['VALIDATION', 'PARAMETER', 400, 'operator'],
  ['RESOURCE_NOT_FOUND', 'PATH', 404, 'operator'],
  ['RESOURCE_NOT_FOUND', 'VERSION', 404, 'operator'],
  ['BILLING', 'VEHICLE_LIMIT', 430, 'billing'],
  ['BILLING', 'INVALID_PLAN', 430, 'billing'],
  ['BILLING', 'VEHICLE_REQUEST_LIMIT', 430, 'billing'],
  ['BILLING', 'ACCOUNT_SUSPENDED', 430, 'billing'],
  ['COMPATIBILITY', 'MAKE_NOT_COMPATIBLE', 501, 'not_capable'],
  ['COMPATIBILITY', 'SMARTCAR_NOT_CAPABLE', 501, 'not_capable'],
  ['COMPATIBILITY', 'VEHICLE_NOT_CAPABLE', 501, 'not_capable'],
  ['COMPATIBILITY', 'PLATFORM_NOT_CAPABLE', 501, 'reconnect'],
  ['CONNECTED_SERVICES_ACCOUNT', 'ACCOUNT_ISSUE', 400, 'owner_must_act'],
  ['CONNECTED_SERVICES_ACCOUNT', 'AUTHENTICATION_FAILED', 400, 'reconnect'],
  ['CONNECTED_SERVICES_ACCOUNT', 'NO_VEHICLES', 400, 'owner_must_act'],
  ['CONNECTED_SERVICES_ACCOUNT', 'PERMISSION', 400, 'reconnect'],
  ['CONNECTED_SERVICES_ACCOUNT', 'SUBSCRIPTION', 400, 'owner_must_act'],
  ['CONNECTED_SERVICES_ACCOUNT', 'VEHICLE_MISSING', 400, 'owner_must_act'],
  ['CONNECTED_SERVICES_ACCOUNT', 'VIRTUAL_KEY_REQUIRED', 400, 'owner_must_act'],
  ['RATE_LIMIT', 'SMARTCAR_API', 429, 'application_rate_limited'],
  ['RATE_LIMIT', 'VEHICLE', 429, 'vehicle_rate_limited'],
  ['SERVER', 'INTERNAL', 500, 'transient'],
  ['SERVER', 'RECORD_NOT_FOUND', 500, 'operator'],
  ['SERVER', 'MULTIPLE_RECORDS_FOUND', 500, 'operator'],
  ['UPSTREAM', 'INVALID_DATA', 502, 'transient'],
  ['UPSTREAM', 'KNOWN_ISSUE', 502, 'transient'],
  ['UPSTREAM', 'NO_RESPONSE', 502, 'transient'],
  ['UPSTREAM', 'RATE_LIMIT', 502, 'vehicle_rate_limited'],
  ['UPSTREAM', 'UNKNOWN_ISSUE', 502, 'transient'],
  ['VEHICLE_STATE', 'ASLEEP', 409, 'asleep'],
  ['VEHICLE_STATE', 'CHARGING_IN_PROGRESS', 409, 'transient'],
  ['VEHICLE_STATE', 'CHARGING_PLUG_CONNECTED', 409, 'transient'],
  ['VEHICLE_STATE', 'CHARGING_PLUG_NOT_CONNECTED', 409, 'transient'],
  ['VEHICLE_STATE', 'CHARGE_FAULT', 409, 'transient'],
  ['VEHICLE_STATE', 'FULLY_CHARGED', 409, 'transient'],
  ['VEHICLE_STATE', 'NOT_CHARGING', 409, 'transient'],
  ['VEHICLE_STATE', 'DOOR_OPEN', 409, 'transient'],
  ['VEHICLE_STATE', 'HOOD_OPEN', 409, 'transient'],
  ['VEHICLE_STATE', 'TRUNK_OPEN', 409, 'transient'],
  ['VEHICLE_STATE', 'IGNITION_ON', 409, 'asleep'],
  ['VEHICLE_STATE', 'IN_MOTION', 409, 'asleep'],
  ['VEHICLE_STATE', 'LOW_BATTERY', 409, 'asleep'],
  ['VEHICLE_STATE', 'REMOTE_ACCESS_DISABLED', 409, 'owner_must_act'],
  ['VEHICLE_STATE', 'UNKNOWN', 409, 'transient'],
  ['VEHICLE_STATE', 'UNREACHABLE', 409, 'asleep'],
  ['VEHICLE_STATE', 'VEHICLE_OFFLINE_FOR_SERVICE', 409, 'asleep'],
] as const;

// The pairs that only V3 has.
const documentedByV3 = [
  ['AUTHENTICATION', 'UNAUTHORIZED', 401, 'refresh_once'],
  ['AUTHENTICATION', 'ACCESS_DENIED', 403, 'operator'],
  ['VALIDATION', 'INVALID_INPUT_FORMAT', 400, 'operator'],
  ['VALIDATION', 'MISSING_PARAMETER', 400, 'operator'],
  ['RESOURCE_NOT_FOUND', 'INVALID_PATH', 404, 'operator'],
  ['RESOURCE_NOT_FOUND', 'VEHICLE_NOT_FOUND', 404, 'transient'],
  ['RESOURCE_NOT_FOUND', 'SIGNAL_NOT_FOUND', 404, 'transient'],
  ['PERMISSION', 'UNKNOWN', 200, 'reconnect'],
] as const;

describe('the documented pairs', () => {
  it.each([...documented, ...documentedByV3])('%s %s (%i) means %s', (type, code, status, meaning) => {
    expect(meaningOf({ service: 'vehicle', status, type, code })).toBe(meaning);
  });

  it('are 48 and 8, and the tables hold no other', () => {
    const pairs = (list: typeof documented | typeof documentedByV3) =>
      list.map(([type, code]) => `${type}:${code}`).sort();

    expect([documented.length, documentedByV3.length]).toEqual([48, 8]);
    expect(Object.keys(refusals).sort()).toEqual(pairs(documented));
    expect(Object.keys(v3Refusals).sort()).toEqual(pairs(documentedByV3));
  });
});

describe('what is not documented', () => {
  it.each([
    [400, 'operator'],
    [401, 'refresh_once'],
    [403, 'reconnect'],
    [404, 'operator'],
    [408, 'transient'],
    [409, 'transient'],
    [418, 'operator'],
    [425, 'transient'],
    [429, 'application_rate_limited'],
    [430, 'billing'],
    [500, 'transient'],
    [501, 'not_capable'],
    [502, 'transient'],
    [503, 'transient'],
    [504, 'transient'],
    [302, 'transient'],
  ] as const)('a new pair with status %i means %s', (status, meaning) => {
    expect(meaningOf({ service: 'vehicle', status, type: 'NEW_TYPE', code: 'NEW_CODE' })).toBe(meaning);
    expect(meaningOf({ service: 'vehicle', status, type: 'VEHICLE_STATE', code: 'NEW_CODE' })).toBe(meaning);
  });

  it.each([
    [403, 'operator'],
    [501, 'transient'],
    [401, 'refresh_once'],
    [429, 'application_rate_limited'],
    [504, 'transient'],
  ] as const)('a page of some proxy with status %i means %s: it speaks for nobody', (status, meaning) => {
    expect(meaningOf({ service: 'vehicle', status, type: undefined, code: null })).toBe(meaning);
  });

  it.each(['constructor', '__proto__', 'toString'])('the name %s is not a pair', (type) => {
    expect(meaningOf({ service: 'auth', status: 500, type, code: null })).toBe('transient');
  });
});

describe('the token endpoint', () => {
  it.each([
    ['invalid_grant', 400, 'reconnect'],
    ['invalid_request', 400, 'reconnect'],
    ['invalid_client', 401, 'operator'],
    ['unauthorized_client', 400, 'operator'],
    ['unsupported_grant_type', 400, 'operator'],
    ['invalid_scope', 400, 'operator'],
    ['server_error', 500, 'transient'],
    ['temporarily_unavailable', 503, 'transient'],
    ['something_new', 400, 'operator'],
    ['something_new', 401, 'operator'],
    ['something_new', 429, 'application_rate_limited'],
    ['something_new', 408, 'transient'],
    [undefined, 401, 'operator'],
    [undefined, 403, 'operator'],
    [undefined, 502, 'transient'],
  ] as const)('%s (%i) means %s', (type, status, meaning) => {
    expect(meaningOf({ service: 'auth', status, type, code: null })).toBe(meaning);
  });
});

describe('the token endpoint of V3', () => {
  it.each([
    ['invalid_request', 400, 'operator'],
    ['invalid_client', 401, 'operator'],
    ['invalid_grant', 400, 'operator'],
    ['unauthorized_client', 400, 'operator'],
    ['unsupported_grant_type', 400, 'operator'],
    ['invalid_scope', 400, 'operator'],
    ['server_error', 500, 'transient'],
    ['temporarily_unavailable', 503, 'transient'],
    ['something_new', 401, 'operator'],
    ['something_new', 429, 'application_rate_limited'],
    [undefined, 403, 'operator'],
    [undefined, 504, 'transient'],
  ] as const)('%s (%i) means %s: no driver is to blame', (type, status, meaning) => {
    expect(meaningOf({ service: 'iam', status, type, code: null })).toBe(meaning);
  });
});

describe('the table in README.md', () => {
  const readme = readFileSync(new URL('../../../lib/vehicle/README.md', import.meta.url), 'utf8');
  const rows = (heading: string): readonly (readonly string[])[] => {
    const section = readme.split(`### ${heading}\n`)[1]?.split('\n#')[0] ?? '';
    const lines = section.split('\n').filter((line) => line.startsWith('| `'));
    return lines.map((line) => line.split('|').map((cell) => cell.replaceAll('`', '').trim()));
  };

  it('shows exactly the pairs and meanings of the code', () => {
    const shown = rows('Vehicle API').map(([, type, code, , meaning]) => [`${type}:${code}`, meaning]);

    expect(shown).toHaveLength(48);
    expect(Object.fromEntries(shown)).toEqual(refusals);
  });

  it('shows the documented status of each pair', () => {
    const shown = rows('Vehicle API').map(([, type, code, status]) => `${type} ${code} ${status}`);

    expect(shown).toEqual(documented.map(([type, code, status]) => `${type} ${code} ${status}`));
  });

  it('shows exactly the pairs, meanings and statuses that only V3 has', () => {
    const shown = rows('V3 alone').map(([, type, code, status, meaning]) => [type, code, Number(status), meaning]);

    expect(shown).toEqual(documentedByV3);
  });

  it.each([
    ['Token endpoint of V2', tokenRefusals],
    ['Token endpoint of V3', applicationTokenRefusals],
  ])('shows exactly the OAuth errors of the code: %s', (heading, table) => {
    const shown = rows(heading).map(([, error, meaning]) => [error, meaning]);

    expect(Object.fromEntries(shown)).toEqual(table);
  });
});
