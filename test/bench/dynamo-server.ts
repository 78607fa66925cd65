// DynamoDB of the bench, in a process of its own: to every query the items of one contract, to everything else one count.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { contractItems } from './contract-items.ts';

/** As the wire has them: each value under the letter of its type. */
const marshalled = (value: unknown): unknown => {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (Array.isArray(value)) return { L: value.map(marshalled) };
  return { M: fieldsOf(value) };
};

const fieldsOf = (item: unknown): unknown =>
  Object.fromEntries(Object.entries(item as object).map(([name, value]) => [name, marshalled(value)]));

const page = JSON.stringify({ Items: contractItems.map(fieldsOf), Count: contractItems.length });
const counted = JSON.stringify({ Attributes: { requests: { N: '1' } } });

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const body = request.headers['x-amz-target'] === 'DynamoDB_20120810.Query' ? page : counted;
    response.writeHead(200, {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo; // a TCP server that listens has a TCP address
  process.send?.(`http://127.0.0.1:${port}`);
});
process.on('disconnect', () => process.exit());
