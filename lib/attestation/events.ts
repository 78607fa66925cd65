// What the outside is told of a statement. PURE: from the stored statement alone, so that whoever tells it again tells the same.
import { keys } from '../aws/keys.ts';
import { type Event, type EventType, eventOf } from '../event/event.ts';
import { readSigned } from './sd-jwt.ts';
import type { Statement } from './statement.ts';

/** That it was issued, or took another's place; and, beside that, that its verdict is `illogical`. */
export function eventsOfStatement(statement: Statement): readonly Event[] {
  const { tenantId, contractId, seq, attestationId, issuedAt: at, period } = statement;
  const { claims } = readSigned(statement);
  const key = keys.statement(tenantId, contractId, seq);
  const data = {
    contractId,
    attestationId,
    periodId: period.id,
    ...(claims.replaces === undefined ? {} : { replaces: claims.replaces }),
  };
  const types: readonly EventType[] = [
    claims.replaces === undefined ? 'attestation.issued' : 'attestation.replaced',
    ...(claims.verdict === 'illogical' ? (['attestation.flagged'] as const) : []),
  ];
  return types.map((type) => eventOf({ key, type, change: attestationId, at, tenantId, data }));
}
