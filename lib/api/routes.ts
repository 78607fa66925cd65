// What the function `api` offers: every path, and the files that declare its routes. A route that is not reached from here does not
// exist. A file is loaded when the first request for one of its paths comes: a container that starts is asked one thing, and the schemas
// of everything else would be half of what it waits for.
import { fitsPath, type Route } from './route.ts';

type Load = () => Promise<readonly Route[]>;

const contracts: Load = async () => (await import('./contracts.ts')).contractRoutes;
const newContracts: Load = async () => (await import('./new-contracts.ts')).newContractRoutes;
const contractList: Load = async () => (await import('./contract-list.ts')).contractListRoutes;
const contractEnd: Load = async () => (await import('./contract-end.ts')).contractEndRoutes;
const contractErase: Load = async () => (await import('./contract-erase.ts')).contractEraseRoutes;
const connectSessions: Load = async () => (await import('./connect-sessions.ts')).connectSessionRoutes;
const connections: Load = async () => (await import('./connections.ts')).connectionRoutes;
const readings: Load = async () => (await import('./readings.ts')).readingRoutes;
const odometerEvents: Load = async () => (await import('./odometer-events.ts')).odometerEventRoutes;
const mileage: Load = async () => (await import('./mileage.ts')).mileageRoutes;
const attestations: Load = async () => (await import('./attestations.ts')).attestationRoutes;
const replacements: Load = async () => (await import('./replacements.ts')).replacementRoutes;
const runs: Load = async () => (await import('./runs.ts')).runRoutes;
const events: Load = async () => (await import('./events.ts')).eventRoutes;
const me: Load = async () => (await import('./me.ts')).meRoutes;
const apiKeys: Load = async () => (await import('./api-keys.ts')).apiKeyRoutes;

const FILES: Readonly<Record<string, readonly Load[]>> = {
  '/v1/contracts': [newContracts, contractList],
  '/v1/contract-batches': [newContracts],
  '/v1/contracts/{contractId}': [contracts],
  '/v1/contracts/{contractId}/end': [contractEnd],
  '/v1/contracts/{contractId}/erase': [contractErase],
  '/v1/contracts/{contractId}/connect-sessions': [connectSessions],
  '/v1/contracts/{contractId}/connection': [connections],
  '/v1/contracts/{contractId}/readings': [readings],
  '/v1/contracts/{contractId}/odometer-events': [odometerEvents],
  '/v1/contracts/{contractId}/mileage': [mileage],
  '/v1/contracts/{contractId}/attestations': [attestations],
  '/v1/attestations': [attestations],
  '/v1/attestations/{attestationId}': [attestations],
  '/v1/attestations/{attestationId}/presentation': [attestations],
  '/v1/attestations/{attestationId}/replace': [replacements],
  '/v1/runs/{period}': [runs],
  '/v1/events': [events],
  '/v1/me': [me],
  '/v1/api-keys': [apiKeys],
  '/v1/api-keys/{keyId}': [apiKeys],
};

const TABLE = Object.entries(FILES);

const flat = async (files: readonly Load[]): Promise<readonly Route[]> =>
  (await Promise.all(files.map((load) => load()))).flat();

/** All of them: for what is made of the whole table. */
export const allOfThem = (): Promise<readonly Route[]> => flat([...new Set(TABLE.flatMap(([, files]) => files))]);

/** What was loaded, by path. A file that could not be loaded is tried again. */
const loaded = new Map<string, readonly Route[]>();

/** The routes of the path that a request's fits. */
export async function routesAt(asked: string): Promise<readonly Route[]> {
  const segments = asked.split('/');
  const [path, files] = TABLE.find(([each]) => fitsPath(each, segments)) ?? [];
  if (path === undefined || files === undefined) return [];
  const known = loaded.get(path) ?? (await flat(files)).filter((route) => route.path === path);
  loaded.set(path, known);
  return known;
}
