// The server of the bench, in a process of its own: answers every request at once with one odometer. It looks for the end
// of each request's head and nothing else, so that what is measured is the client.
import { type AddressInfo, createServer } from 'node:net';

const body = '{"distance":104.32}';
const answer = [
  'HTTP/1.1 200 OK',
  'content-type: application/json; charset=utf-8',
  'sc-request-id: 26c14915-0c26-43c5-8e42-9edfc2a66a0f',
  'sc-data-age: 2026-02-28T22:00:00.000Z',
  'sc-fetched-at: 2026-03-01T00:00:04.000Z',
  'sc-unit-system: metric',
  `content-length: ${body.length}`,
  'connection: keep-alive',
  '',
  body,
].join('\r\n');
const END_OF_HEAD = '\r\n\r\n';

const server = createServer({ noDelay: true }, (socket) => {
  let rest = '';
  socket.on('data', (chunk) => {
    const text = rest + chunk.toString('latin1');
    const heads = text.split(END_OF_HEAD);
    rest = heads.pop() ?? '';
    if (heads.length > 0) socket.write(answer.repeat(heads.length));
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo; // a TCP server that listens has a TCP address
  process.send?.(`http://127.0.0.1:${port}`);
});
process.on('disconnect', () => process.exit());
