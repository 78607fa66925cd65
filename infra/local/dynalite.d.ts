// dynalite ships no declarations; this is all of it that the runner uses.
declare module 'dynalite' {
  import type { Server } from 'node:http';

  const dynalite: (options?: { readonly createTableMs?: number; readonly path?: string }) => Server;
  export = dynalite;
}
