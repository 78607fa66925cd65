// Every key of every table, in one place. STORAGE.md shows the items behind them.
// Whatever belongs to a tenant has the tenant in its partition key, so that another tenant's id addresses an item that does not exist.
import type { Key } from './table.ts';

const key = (pk: string, sk: string): Key => ({ pk, sk });

/** Partition of one contract in `business`: the contract, its connections and its readings, so that one query reads them together. */
export const contractPartition = (tenantId: string, contractId: string): string => `T#${tenantId}#C#${contractId}`;

/** Partition of the live connections on one vehicle, across tenants: a push for the vehicle reaches all of them. */
export const vehiclePartition = (applicationId: string, vendorVehicleId: string): string =>
  `APP#${applicationId}#V#${vendorVehicleId}`;

/** Partition of a tenant's contracts in the index `byTenant`. */
export const contractsOf = (tenantId: string): string => `T#${tenantId}`;

/** Partition of a tenant's API keys in the same index. */
export const apiKeysOf = (tenantId: string): string => `T#${tenantId}#KEYS`;

/** Partition of a tenant's contracts that were bound to one car. The digest, so that no VIN is in a key. */
export const vinPartition = (tenantId: string, vinDigest: string): string => `T#${tenantId}#VIN#${vinDigest}`;

/** Partition of what a tenant was told, in the order in which it was told. */
export const eventsPartition = (tenantId: string): string => `T#${tenantId}#EVENTS`;

/** Partition of how a tenant's runs stand. */
export const runsPartition = (tenantId: string): string => `T#${tenantId}#RUNS`;

/** Partition of the index `byTenant` with the runs of all tenants that are to be looked at, by when. */
export const RUNS_DUE = 'RUNS';

/** Partition of a tenant's webhook endpoints. */
export const endpointsPartition = (tenantId: string): string => `T#${tenantId}#WEBHOOKS`;

/** Partition of what is delivered to one of them, by number. */
export const deliveriesPartition = (tenantId: string, endpointId: string): string =>
  `T#${tenantId}#WEBHOOK#${endpointId}`;

/** Partition of the reports that a tenant asked for, by age. */
export const reportsPartition = (tenantId: string): string => `T#${tenantId}#REPORTS`;

/** How the sort keys begin that name the reports on a contract, within its partition. */
export const CONTRACT_REPORTS = 'P#REPORT#';

/** Name of a report's file in its bucket. Every attempt at building one writes another: no file is ever changed. */
export const reportFile = (tenantId: string, reportId: string, attempt: number | string): string =>
  `${tenantId}/${reportId}/${attempt}`;

/** Partition of the links to one report that a tenant gave out, by age. */
export const sharesPartition = (tenantId: string, reportId: string): string => `T#${tenantId}#SHARES#${reportId}`;

/** Partition of what happened to signing keys, in `attestations`: they are few, and published together. */
export const KEY_EVENTS = 'KEYS';

/** How the sort keys of readings begin, within the partition of their contract. */
export const READINGS = 'R#';

export const keys = {
  tenant: (tenantId: string): Key => key(`T#${tenantId}`, 'TENANT'),
  /** Of the tenant's idempotency key only the hash is kept. */
  idempotency: (tenantId: string, keyHash: string): Key => key(`T#${tenantId}#IDEMPOTENCY#${keyHash}`, 'IDEMPOTENCY'),
  requestLimit: (tenantId: string, window: string): Key => key(`T#${tenantId}#REQUESTS#${window}`, 'REQUESTS'),
  apiKey: (keyId: string): Key => key(`KEY#${keyId}`, 'KEY'),
  application: (applicationId: string): Key => key(`APP#${applicationId}`, 'APPLICATION'),
  budget: (applicationId: string): Key => key(`APP#${applicationId}`, 'BUDGET'),
  webhookWindow: (applicationId: string): Key => key(`APP#${applicationId}`, 'WEBHOOK'),
  pushedEvent: (applicationId: string, pushId: string): Key => key(`APP#${applicationId}#P#${pushId}`, 'PUSH'),
  reference: (tenantId: string, reference: string): Key => key(`T#${tenantId}#REF#${reference}`, 'REFERENCE'),
  vinUse: (tenantId: string, vinDigest: string, contractId: string): Key =>
    key(vinPartition(tenantId, vinDigest), `CONTRACT#${contractId}`),
  // Descending sort keys put the contract first, then its connections, then what was declared of its odometer, then its readings: each
  // newest first.
  contract: (tenantId: string, contractId: string): Key => key(contractPartition(tenantId, contractId), 'Z#CONTRACT'),
  connection: (tenantId: string, contractId: string, connectionId: string): Key =>
    key(contractPartition(tenantId, contractId), `Y#CONNECTION#${connectionId}`),
  odometerEvent: (tenantId: string, contractId: string, at: string, eventId: string): Key =>
    key(contractPartition(tenantId, contractId), `X#ODOMETER#${at}#${eventId}`),
  erasure: (tenantId: string, contractId: string): Key => key(contractPartition(tenantId, contractId), 'W#ERASURE'),
  reading: (tenantId: string, contractId: string, recordedAt: string, readingId: string): Key =>
    key(contractPartition(tenantId, contractId), `${READINGS}${recordedAt}#${readingId}`),
  /** That there is a report on this contract: behind all that turns read. */
  contractReport: (tenantId: string, contractId: string, reportId: string): Key =>
    key(contractPartition(tenantId, contractId), `${CONTRACT_REPORTS}${reportId}`),
  report: (tenantId: string, reportId: string): Key => key(reportsPartition(tenantId), `REPORT#${reportId}`),
  share: (tenantId: string, reportId: string, shareId: string): Key =>
    key(sharesPartition(tenantId, reportId), `SHARE#${shareId}`),
  /** Of the link's token only the hash is kept. */
  shareLink: (tokenHash: string): Key => key(`SHARE#${tokenHash}`, 'SHARE'),
  vehicleUse: (applicationId: string, vendorVehicleId: string, connectionId: string): Key =>
    key(vehiclePartition(applicationId, vendorVehicleId), `CONNECTION#${connectionId}`),
  events: (tenantId: string, toldAt: string, digest: string): Key =>
    key(eventsPartition(tenantId), `E#${toldAt}#${digest}`),
  untoldEvents: (tenantId: string, at: string, digest: string): Key =>
    key(eventsPartition(tenantId), `U#${at}#${digest}`),
  run: (tenantId: string, periodId: string): Key => key(runsPartition(tenantId), `RUN#${periodId}`),
  webhookEndpoint: (tenantId: string, endpointId: string): Key => key(endpointsPartition(tenantId), `W#${endpointId}`),
  webhookDelivery: (tenantId: string, endpointId: string, seq: number): Key =>
    key(deliveriesPartition(tenantId, endpointId), `D#${String(seq).padStart(10, '0')}`),
  connectSession: (tokenHash: string): Key => key(`SESSION#${tokenHash}`, 'SESSION'),
  authorization: (stateHash: string): Key => key(`STATE#${stateHash}`, 'STATE'),
  myDataLink: (tokenHash: string): Key => key(`MYDATA#${tokenHash}`, 'MYDATA'),
  /** `vault`: one token pair. */
  tokens: (tenantId: string, connectionId: string): Key => key(`V#${tenantId}#${connectionId}`, 'TOKENS'),
  /** `vault`: one wrapped data key per tenant; deleting it shreds every pair sealed under it. */
  dataKey: (tenantId: string): Key => key(`K#${tenantId}`, 'KEY'),
  /** `attestations`: zero-padded, so that the newest statement is the last in sort order. */
  statement: (tenantId: string, contractId: string, seq: number): Key =>
    key(contractPartition(tenantId, contractId), `S#${String(seq).padStart(8, '0')}`),
  /** `attestations`: whose statements a status list is about. */
  statusList: (listId: string): Key => key(`STATUS#${listId}`, 'LIST'),
  /** `attestations`: what happened to a signing key, once for each event. */
  keyEvent: (purpose: string, kid: string, event: string): Key => key(KEY_EVENTS, `E#${purpose}#${kid}#${event}`),
  /** `attestations`: how far the log has been signed, remembered outside the log's own table. */
  logMark: (): Key => key('LOG', 'MARK'),
  /** How far log and store have been checked against each other. */
  logCheck: (): Key => key('LOGCHECK', 'BOOKMARK'),
  /** `log`: its head. */
  logState: (): Key => key('LOG', 'STATE'),
  /** `log`: what the log grows by, from a size on. */
  manifest: (from: number): Key => key(`MANIFEST#${from}`, 'MANIFEST'),
  /** `log`: one tile at one width; a wider one is another item. */
  tile: (level: number, index: number, width: number): Key =>
    key(`TILE#${level}#${index}`, `W#${String(width).padStart(3, '0')}`),
  /** `log`: a signed head, by size. */
  checkpoint: (size: number | '*'): Key => key(`CHECKPOINT#${size}`, 'CHECKPOINT'),
  /** `log`: the timestamp of a signed head, by size. */
  timestamp: (size: number | '*'): Key => key(`TIMESTAMP#${size}`, 'TIMESTAMP'),
  /** `log`: which signed head was stamped last. */
  logStamped: (): Key => key('LOG', 'STAMPED'),
} as const;

/** Which connection a key is of; undefined for a key of anything else. */
export function connectionOf({
  pk,
  sk,
}: Key): { tenantId: string; contractId: string; connectionId: string } | undefined {
  const [, tenantId, contractId] = /^T#([^#]+)#C#([^#]+)$/.exec(pk) ?? [];
  const [, connectionId] = /^Y#CONNECTION#([^#]+)$/.exec(sk) ?? [];
  return tenantId !== undefined && contractId !== undefined && connectionId !== undefined
    ? { tenantId, contractId, connectionId }
    : undefined;
}

/** Number of partitions of the `due` index: one key alone would cap the planner at 1,000 writes a second. */
export const DUE_SHARDS = 4;

export const dueShard = (shard: number): string => `D#${shard}`;

/** Number of partitions of the `untold` index, for the same reason. */
export const UNTOLD_SHARDS = 4;

export const untoldShard = (shard: number): string => `U#${shard}`;

/** Number of partitions of the `pending` index, for the same reason. */
export const PENDING_SHARDS = 4;

export const pendingShard = (shard: number): string => `P#${shard}`;

/** In the same index: deliveries that have not arrived. */
export const undeliveredShard = (shard: number): string => `W#${shard}`;
