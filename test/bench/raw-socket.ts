// The floor of the bench: the fewest steps that read an odometer over HTTP/1.1. One kept-alive socket, a request prepared
// beforehand, the body found by its braces. No client can be faster than this in the same process; none should be this careless.
import { connect, type Socket } from 'node:net';

export interface RawReader {
  readonly read: () => Promise<number>;
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
  let waiting: (distance: number) => void = () => {};
  socket.on('data', (chunk) => {
    const text = chunk.toString('latin1');
    const { distance } = JSON.parse(text.slice(text.indexOf('{'))) as { distance: number }; // our own server's answer
    waiting(distance);
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
