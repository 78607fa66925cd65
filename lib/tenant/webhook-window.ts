// The window in which a vehicle application's webhook may be proven. The platform's challenge is answered with the very function that
// signs its pushes, so it is answered only while the operator is in the dashboard: ten minutes from when admin opened the window.
import { keys } from '../aws/keys.ts';
import type { Table } from '../aws/table.ts';

const WINDOW_MS = 10 * 60_000;

/** Opens it, or opens it anew. @param now epoch milliseconds @returns the instant at which it closes */
export async function openWebhookWindow(business: Table, applicationId: string, now: number): Promise<string> {
  const openUntil = now + WINDOW_MS;
  await business.put({ ...keys.webhookWindow(applicationId), openUntil, expiresAt: Math.ceil(openUntil / 1000) });
  return new Date(openUntil).toISOString();
}

/** @param now epoch milliseconds */
export async function isWebhookWindowOpen(business: Table, applicationId: string, now: number): Promise<boolean> {
  const item = await business.get(keys.webhookWindow(applicationId));
  return typeof item?.['openUntil'] === 'number' && now < item['openUntil'];
}
