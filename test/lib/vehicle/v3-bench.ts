// V3 on a recorded transport, and its resources as the platform writes them.
import type { WireResponse } from '../../../lib/vehicle/transport.ts';
import type { V3Vehicle } from '../../../lib/vehicle/v3.ts';
import { recordedTransport } from './recorded-transport.ts';

export const USER = 'd33cf1a5-6f6c-4c3c-b6f5-7d0b5a1b2c3d';
export const CAR = '36ab27d0-fd9d-4455-823a-ce30af709ffc';

export const origins = {
  vehicle: 'https://vehicle.example',
  management: 'https://management.example',
  compatibility: 'https://compatibility.example',
};

export const v3On = (...answers: readonly WireResponse[]) => {
  const { transport, sent } = recordedTransport(...answers);
  const vehicle: V3Vehicle = {
    transport,
    origins,
    access: 'app-token',
    deadlineMs: 9,
    vehicleId: CAR,
    userId: USER,
  };
  return { vehicle, sent, wire: () => sent.map(({ method, url }) => `${method} ${decodeURIComponent(url)}`) };
};

/** A signal in the newest shape. */
export const signal = (
  code: string,
  body: object,
  meta: object = { oemUpdatedAt: '2026-02-28T22:00:00.000Z', retrievedAt: '2026-03-01T00:00:04.000Z' },
) => ({
  id: code,
  type: 'signal',
  attributes: { code, name: 'Name', group: 'Group', status: { value: 'SUCCESS' }, body },
  meta: { ingestedAt: '2026-03-01T00:00:05.000Z', ...meta },
  links: { self: 'https://vehicle.example/v3/x' },
});

export const failedSignal = (code: string, type: string, name: string | null, body?: object) => ({
  id: code,
  type: 'signal',
  attributes: {
    code,
    status: { value: 'ERROR', error: { type, code: name, title: 't', detail: 'd', resolution: { type: null } } },
    ...(body === undefined ? {} : { body }),
  },
  meta: { ingestedAt: '2026-03-01T00:00:05.000Z' },
});

export const refusal = (status: number, type: string | undefined, code: string, more: object = {}) => ({
  errors: [
    {
      status: String(status),
      type,
      code,
      title: 'Title',
      detail: 'Detail',
      resolution: { type: 'UNKNOWN_RESOLUTION_TYPE' },
      links: { about: 'https://smartcar.com/docs' },
      meta: { debug: { requestId: 'f787848c-8228-47f7-8dae-8f6eee5bca44' } },
      ...more,
    },
  ],
});

export const connection = (id: string, more: Readonly<Record<string, unknown>> = {}) => ({
  id,
  type: 'connection',
  attributes: {
    permissions: ['read_odometer', 'read_vin'],
    vehicle: { make: 'CITROEN', model: 'ë-C4', year: 2024, mode: 'live', powertrainType: 'BEV' },
    user: { id: USER },
  },
  relationships: {
    vehicle: { data: { id: CAR, type: 'vehicle' }, links: { related: 'https://vehicle.example/v3/x' } },
    user: { data: { id: USER, type: 'user' } },
  },
  meta: { createdAt: '2026-01-05T10:00:00.000Z', updatedAt: '2026-01-06T10:00:00.000Z' },
  ...more,
});

export const page = (data: readonly unknown[], totalCount?: number, next: string | null = null) => ({
  data,
  meta: { pageNumber: 1, pageSize: 50, ...(totalCount === undefined ? {} : { totalCount }) },
  links: { self: 's', first: 'f', prev: null, next, last: 'l' },
});
