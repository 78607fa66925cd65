// What the demo says at its end: one document for programs, one table for people.
import { kilometres } from '../../../lib/mileage/kilometres.ts';
import type { StatementClaims } from '../../../lib/proof/claims.ts';
import type { AlteredPdf } from './alter-pdf.ts';
import type { Role } from './cast.ts';
import type { OrderedReport } from './order-reports.ts';

export interface Played {
  readonly role: Role;
  readonly contractId: string;
  readonly claims: StatementClaims;
  readonly file: string;
  readonly verified: boolean;
}

export interface Steady {
  readonly vehicle: number;
  readonly auth: number;
  readonly aws: number;
  readonly awsWithSeal: number;
}

export interface Report {
  readonly contracts: number;
  readonly attestations: readonly object[];
  /** How often each car's odometer was asked for, counted at the vehicle platform. */
  readonly cars: readonly {
    readonly contract: string;
    readonly tenant: string;
    readonly application: string;
    readonly asked: number;
  }[];
  readonly calls: Readonly<Record<string, number>>;
  /** What cars told by themselves, and what was used of it. */
  readonly pushes: number;
  /** Calls to AWS for what one car told once by itself, from the door to the reading. */
  readonly callsPerPush: number;
  readonly steadyMonth: Steady;
  /** What was asked for at the end, and whether somebody else found it to be right. */
  readonly reports: readonly (OrderedReport & { readonly verified: boolean })[];
  /** A copy of a page with one digit changed. */
  readonly altered: Pick<AlteredPdf, 'shown' | 'instead'> & { readonly refused: boolean };
  readonly elapsedMs: number;
}

const total = ({ attempts }: StatementClaims): number => Object.values(attempts.counts).reduce((sum, n) => sum + n, 0);

const attestation = ({ role, contractId, claims, file, verified }: Played): object => ({
  contract: contractId,
  tenant: role.tenant.tenantId,
  period: claims.period,
  outcome: claims.outcome,
  ...(claims.outcome === 'no_reading' ? { reason: claims.reason } : {}),
  verdict: claims.verdict,
  reasons: claims.outcome === 'measured' ? claims.reasons : [],
  distanceMetres: claims.outcome === 'measured' ? claims.distanceMetres : null,
  lowerMetres: claims.outcome === 'measured' ? claims.lowerMetres : null,
  upperMetres: claims.outcome === 'measured' ? claims.upperMetres : null,
  readToReadMetres: claims.outcome === 'measured' ? claims.readToRead.metres : null,
  ...(claims.outcome === 'measured' && claims.catchUpMetres !== undefined
    ? { catchUpMetres: claims.catchUpMetres }
    : {}),
  attempts: total(claims),
  seq: claims.seq,
  verified,
  file,
});

export const reportOf = (played: readonly Played[], rest: Omit<Report, 'attestations'>): Report => ({
  contracts: rest.contracts,
  attestations: played.map(attestation),
  cars: rest.cars,
  calls: rest.calls,
  pushes: rest.pushes,
  callsPerPush: rest.callsPerPush,
  steadyMonth: rest.steadyMonth,
  reports: rest.reports,
  altered: rest.altered,
  elapsedMs: rest.elapsedMs,
});

const km = (metres: number | null): string => (metres === null ? '–' : kilometres(metres));

function distance(claims: StatementClaims): string {
  if (claims.outcome === 'no_reading') return `no reading (${claims.reason})`;
  const { distanceMetres, lowerMetres, upperMetres, catchUpMetres, partial } = claims;
  if (distanceMetres === null) return '–';
  const caught = catchUpMetres === undefined ? '' : ` +${km(catchUpMetres)} before`;
  return `${km(distanceMetres)} [${km(lowerMetres)} … ${km(upperMetres)}]${caught}${partial ? ' partial' : ''}`;
}

const row = ({ role, claims, verified }: Played): readonly string[] => [
  role.reference,
  role.model,
  claims.period.id,
  distance(claims),
  claims.outcome === 'measured' ? km(claims.readToRead.metres) : '–',
  claims.outcome === 'measured' ? [claims.verdict, ...claims.reasons].join(' ') : claims.verdict,
  String(total(claims)),
  verified ? 'yes' : 'NO',
];

const HEAD = ['contract', 'car', 'month', 'km [bounds]', 'read to read', 'verdict', 'attempts', 'verified'];

/** A table with columns as wide as their widest cell. */
export function tableOf(played: readonly Played[]): string {
  const rows = [HEAD, ...played.map(row)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(HEAD), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.slice(1).map(line)].join('\n');
}
