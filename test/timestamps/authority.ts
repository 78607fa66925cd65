// A time-stamping authority on this machine: keys and certificates by `openssl`, answers by `openssl ts`. For tests alone.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CONFIG = `
[req]
distinguished_name = dn
prompt = no
[dn]
CN = unused
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[tsa]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[server]
extendedKeyUsage = critical, timeStamping, serverAuth
[ts]
serial = ./serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ordering = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`;

export type KeyKind = 'rsa' | 'ec';

const newKey: Readonly<Record<KeyKind, readonly string[]>> = {
  rsa: ['-newkey', 'rsa:2048'],
  ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
};

export interface Authority {
  /** The certificate to trust, PEM. */
  readonly root: string;
  /** TimeStampResp for a TimeStampReq, DER. */
  readonly reply: (request: Uint8Array) => Uint8Array;
  readonly close: () => void;
}

/** Root, intermediate, and whoever signs timestamps. @param profile extensions of the last one */
export function openAuthority(kind: KeyKind, profile: 'tsa' | 'server' = 'tsa'): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'odoseal-tsa-'));
  const openssl = (...args: readonly string[]): void =>
    void execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const made = (name: string, subject: string, extensions: string, by?: string): void =>
    openssl(
      ...['req', '-x509', '-config', 'openssl.cnf', '-nodes', '-days', '30', ...newKey[kind]],
      ...['-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', subject, '-extensions', extensions],
      ...(by === undefined ? [] : ['-CA', `${by}.pem`, '-CAkey', `${by}.key`]),
    );
  writeFileSync(join(folder, 'openssl.cnf'), CONFIG);
  writeFileSync(join(folder, 'serial'), '01');
  made('root', '/O=Odoseal tests/CN=Test Root', 'ca');
  made('middle', '/O=Odoseal tests/CN=Test Intermediate', 'ca', 'root');
  made('signer', '/O=Odoseal tests/CN=Test Timestamps', profile, 'middle');
  return {
    root: readFileSync(join(folder, 'root.pem'), 'utf8'),
    reply: (request) => {
      writeFileSync(join(folder, 'request.tsq'), request);
      openssl(
        ...['ts', '-reply', '-config', 'openssl.cnf', '-section', 'ts', '-queryfile', 'request.tsq'],
        ...['-signer', 'signer.pem', '-inkey', 'signer.key', '-chain', 'middle.pem', '-out', 'response.tsr'],
      );
      return readFileSync(join(folder, 'response.tsr'));
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}
