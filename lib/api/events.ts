// Events over HTTP: what a tenant was told in the last 30 days, for those who ask instead of, or after, being told.
import * as z from 'zod/mini';
import { EVENT_TYPES, type Event } from '../event/event.ts';
import { type EventPlace, listEvents } from '../event/told.ts';
import { about, instant, pageQuery } from './fields.ts';
import { nextCursor, placeOf } from './page.ts';
import { type ApiResponse, json } from './problem.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';

export const eventAnswer = z
  .object({
    id: about(z.string(), 'The same however often it is told.'),
    type: about(z.enum(EVENT_TYPES), 'What each means, and carries, is told at the webhook.'),
    timestamp: about(instant, 'When it happened.'),
    data: about(z.record(z.string(), z.string()), 'Ids of what it is about, and a reason where there is one.'),
  })
  .check(z.meta({ id: 'Event' }));

const eventPage = z.object({
  items: z.array(eventAnswer),
  next: about(
    z.nullable(z.string()),
    'Cursor of what comes after these, also when nothing does yet: keep it, and ask again with it. null: nothing was told so far.',
  ),
  more: about(z.boolean(), 'Whether there is more already.'),
});

export const eventView = ({ id, type, at, data }: Event) => ({ id, type, timestamp: at, data });

const textOf = ({ page, index }: EventPlace): string => `${index} ${page}`;

function eventPlaceOf(text: string): EventPlace {
  const [index = '', ...page] = text.split(' ');
  return { index: Number(index), page: page.join(' ') };
}

async function getEvents(context: ApiContext<z.infer<typeof pageQuery>>): Promise<ApiResponse> {
  const { deps, caller, query } = context;
  const place = await placeOf(context, 'events', query);
  if (!place.ok) return place.refusal;
  const after = place.after === undefined ? undefined : eventPlaceOf(place.after);
  const { events, more } = await listEvents(deps.business, caller.tenantId, { limit: query.limit, after }, deps.now);
  const last = events.at(-1)?.place ?? after;
  const next = await nextCursor(context, 'events', last === undefined ? undefined : textOf(last));
  return json(200, { items: events.map(({ event }) => eventView(event)), next, more });
}

export const eventRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/events',
    name: 'listEvents',
    group: 'Events',
    summary: 'List what happened in the last 30 days, oldest first',
    detail:
      'In the order in which it was told, which need not be the order in which it happened; the newest appear after 20 seconds. An event may come twice, under one id.',
    scope: 'events:read',
    query: pageQuery,
    answers: { 200: answersJson('A page of events.', eventPage) },
    handle: getEvents,
  }),
];
