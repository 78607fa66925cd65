// Keeps web pages away from what listens on loopback for programs: the Host must be this very listener (no DNS rebinding), an Origin
// must be absent or this listener (no foreign page).
import type { IncomingMessage } from 'node:http';

/** Whether a request was meant for this listener, by a program or a page of its own. */
export const isOwnHost = ({ headers, socket }: IncomingMessage): boolean => {
  const hosts = ['127.0.0.1', 'localhost'].map((name) => `${name}:${socket.localPort}`);
  const { host = '', origin } = headers;
  return hosts.includes(host) && (origin === undefined || hosts.some((own) => origin === `http://${own}`));
};
