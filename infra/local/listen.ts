// Gives a server a port on loopback, and takes it back.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A port that somebody else has. The message is one sentence for the person at the keyboard. */
export class PortInUse extends Error {
  readonly port: number;
  constructor(port: number, cause: unknown) {
    super(`Port ${port} is in use by another program: stop that program or choose another port.`, { cause });
    this.name = 'PortInUse';
    this.port = port;
  }
}

/**
 * Listens on 127.0.0.1.
 * @param port 0 for any free one
 * @returns the origin, no trailing slash
 * @throws PortInUse
 */
export const listen = (server: Server, port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject('code' in error && error.code === 'EADDRINUSE' ? new PortInUse(port, error) : error);
    });
    server.listen(port, '127.0.0.1', () => {
      // A TCP server's address is an object.
      const { port: given } = server.address() as AddressInfo;
      resolve(`http://127.0.0.1:${given}`);
    });
  });

/** Stops listening and ends every connection. */
export const stopListening = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
