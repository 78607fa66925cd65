declare module 'dynalite' {
  import type { Server } from 'node:http';

  const dynalite: (options?: { readonly createTableMs?: number }) => Server;
  // biome-ignore lint/style/noDefaultExport: that is how the package exports it
  export default dynalite;
}
