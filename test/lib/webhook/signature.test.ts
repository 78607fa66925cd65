// Signatures, held against the specification's own library and a fixed vector; and the published schedule.
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import document from '../../../lib/api/openapi.json' with { type: 'json' };
import { ANSWER_WITHIN_MS, delayAfter, TRIED } from '../../../lib/webhook/schedule.ts';
import { newWebhookSecret, signedHeaders } from '../../../lib/webhook/signature.ts';

const body = '{"type":"reading.recorded","timestamp":"2026-02-01T01:12:40.000Z","data":{"readingId":"rdg_1"}}';

it('is what the library computes, for whatever is sent', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes, fc.uuid(), fc.string(), fc.date({ noInvalidDate: true }), (random, id, text, at) => {
      const secret = newWebhookSecret(() => random);
      const headers = signedHeaders([secret], id, text, at.getTime());
      expect(headers['webhook-signature']).toBe(new Webhook(secret).sign(id, at, text));
      expect(headers['webhook-timestamp']).toBe(String(Math.floor(at.getTime() / 1000)));
      expect(headers['webhook-id']).toBe(id);
    }),
  );
});

it('is the one of the specification’s example', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const headers = signedHeaders([secret], 'msg_p5jXN8AQM9LWM0D4loKWxJek', '{"test": 2432232314}', 1614265330_000);
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

it('I12 is accepted with the secret before and with the one after a rotation, and with no other', () => {
  const [old, fresh, other] = [1, 2, 3].map((n) => newWebhookSecret((length) => new Uint8Array(length).fill(n)));
  const headers = signedHeaders([String(fresh), String(old)], 'evt_1', body, Date.now());
  for (const secret of [old, fresh])
    expect(new Webhook(String(secret)).verify(body, headers)).toEqual(JSON.parse(body));
  expect(() => new Webhook(String(other)).verify(body, headers)).toThrow();
  expect(() => new Webhook(String(old)).verify(body.replace('1', '2'), headers)).toThrow();
});

it('a receiver has fifteen seconds, as it is told', () => {
  expect(ANSWER_WITHIN_MS).toBe(15_000);
  const { default: again } = document.webhooks.event.post.responses;
  expect(again.description).toContain('15 seconds');
});

it('ten attempts in 75 hours, 35 minutes and 5 seconds', () => {
  const delays = Array.from({ length: 10 }, (_, n) => delayAfter(n + 1));
  expect(delays.map((delay) => delay && delay / 1000)).toEqual([
    5,
    300,
    1800,
    7200,
    18_000,
    36_000,
    50_400,
    72_000,
    86_400,
    undefined,
  ]);
  expect(delays.reduce<number>((sum, delay = 0) => sum + delay, 0)).toBe(((75 * 60 + 35) * 60 + 5) * 1000);
  expect(TRIED).toBe('ten times within 75 h 35 min');
  const told = JSON.stringify(document).match(/tried ten times[^.;]*|in all ten times[^.;]*|(?:three|four) days/g);
  expect(told).toEqual([`tried ${TRIED}`, `tried ${TRIED}`, `in all ${TRIED}`]);
});
