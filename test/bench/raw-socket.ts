// The floor of a bench: the fewest steps that read an answer over HTTP/1.1. One kept-alive socket, a request prepared beforehand, the
// body, which is ASCII, found by its length. No client can be faster than this in the same process; none should be this careless.
import { connect, type Socket } from 'node:net';

export interface RawReader {
  readonly read: () => Promise<string>;
  readonly close: () => void;
}

/** A reader on a socket of its own; one read at a time. */
export const openRawReader = async (origin: string, path: string, token: string): Promise<RawReader> => {
  const { hostname, port } = new URL(origin);
  const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const request = `GET ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${token}\r\n\r\n`;
  let waiting: (body: string) => void = () => {};
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    const from = text.indexOf('\r\n\r\n') + 4;
    const [, length] = /^content-length: (\d+)/im.exec(text) ?? [];
    if (from < 4 || text.length < from + Number(length)) return;
    const body = text.slice(from);
    text = '';
    waiting(body);
  });
  return {
    read: () =>
      new Promise((resolve) => {
        waiting = resolve;
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
};
