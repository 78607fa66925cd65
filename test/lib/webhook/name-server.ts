// A name server that says what a test has told it (RFC 1035 §4): addresses, nothing of a family, no such name, or nothing at all.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4 } from 'node:net';

/** What is known of a name; `silent` is never answered, `nobody` is no name. */
export type Known = readonly string[] | 'silent' | 'nobody';

export interface NameServer {
  readonly address: string;
  /** Questions so far, in order: `<name> A` or `<name> AAAA`. */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}

const A = 1;
const AAAA = 28;

interface Question {
  readonly name: string;
  readonly type: number;
  readonly end: number;
}

function questionIn(query: Buffer): Question {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

const bytesOf = (address: string): Buffer => {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::').map((part) => part);
  const groups = (part: string) => part.split(':').filter((group) => group !== '');
  const zeros = Array<string>(8 - groups(head).length - groups(tail).length).fill('0');
  const all = [...groups(head), ...zeros, ...groups(tail)];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
};

function answerTo(query: Buffer, { type, end }: Question, known: Exclude<Known, 'silent'>): Buffer {
  const addresses = known === 'nobody' ? [] : known.filter((address) => isIPv4(address) === (type === A));
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  // A response, recursion desired and available; 3: no such name.
  header.writeUInt16BE(0x8180 | (known === 'nobody' ? 3 : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  const records = addresses.map((address) => {
    const data = bytesOf(address);
    // The name is that of the question; class IN, for no time.
    const fixed = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length]);
    return Buffer.concat([fixed, data]);
  });
  return Buffer.concat([header, query.subarray(12, end), ...records]);
}

/** @param names what is known, by name; any other is nobody's */
export async function openNameServer(names: ReadonlyMap<string, Known>): Promise<NameServer> {
  const asked: string[] = [];
  const socket = createSocket('udp4', (query, { port, address }) => {
    const question = questionIn(query);
    const known = names.get(question.name) ?? 'nobody';
    asked.push(`${question.name} ${question.type === AAAA ? 'AAAA' : 'A'}`);
    if (known !== 'silent') socket.send(answerTo(query, question, known), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    close: () => new Promise((resolve) => socket.close(resolve)),
  };
}
