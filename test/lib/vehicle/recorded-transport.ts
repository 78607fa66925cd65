// A transport for tests of what is sent and how answers are read: records requests, answers from a list in order.
import type { Transport, WireRequest, WireResponse } from '../../../lib/vehicle/transport.ts';
import { REQUEST_ID } from './local-server.ts';

export interface RecordedTransport {
  readonly transport: Transport;
  readonly sent: WireRequest[];
}

export const recordedTransport = (...answers: readonly WireResponse[]): RecordedTransport => {
  const sent: WireRequest[] = [];
  const transport: Transport = async (request) => {
    const answer = answers[sent.length];
    sent.push(request);
    if (answer === undefined) throw new Error(`no answer prepared for ${request.operation}`);
    return answer;
  };
  return { transport, sent };
};

/** A response as the platform sends it; `body` is JSON unless it already is text. */
export const answered = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'sc-request-id': REQUEST_ID, ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
