// The event that a schedule rule sends. Source: EventBridge User Guide, "Scheduled events".
import { randomUUID } from 'node:crypto';
import type { ScheduleSpec } from './deployed-functions.ts';
import type { Place } from './identities.ts';

/** @param now epoch ms; the event's time has whole seconds */
export const scheduledEvent = (schedule: ScheduleSpec, place: Place, now: number): unknown =>
  schedule.input === undefined
    ? {
        version: '0',
        id: randomUUID(),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: place.account,
        time: new Date(now).toISOString().replace(/\.\d{3}Z$/, 'Z'),
        region: place.region,
        resources: [schedule.arn],
        detail: {},
      }
    : JSON.parse(schedule.input);
