// The message that has a connection bound, or what is left of it ended: which of the two, its state says. Ids only.
import type { Message } from '../aws/queue.ts';
import type { Connection } from './connection.ts';

export const bindMessage = ({
  tenantId,
  contractId,
  connectionId,
}: Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'>): Message => ({
  body: { kind: 'bind', tenantId, contractId, connectionId },
});
