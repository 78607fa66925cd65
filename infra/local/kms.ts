// A stand-in for the part of AWS KMS that the service uses: two kinds of keys, made when the stack starts, kept in memory only.
// API: docs.aws.amazon.com/kms/latest/APIReference. Anything else is answered with 501.
// It checks no policy: access-guard.ts does, before a call gets here.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { AwsFault, type AwsOperations, blobOf, type JsonObject, stringOf } from './aws-json.ts';
import { signDigest, verifyDigest } from './raw-digest.ts';

/** One key of the template: `spec` and `usage` as CloudFormation writes them. */
export type KeySpec = {
  readonly id: string;
  readonly arn: string;
  readonly spec: string;
  readonly usage: string;
  readonly aliases: readonly string[];
};

type SecretKey = { readonly kind: 'secret'; readonly spec: KeySpec; readonly bytes: Buffer };
type PairKey = {
  readonly kind: 'pair';
  readonly spec: KeySpec;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly algorithm: string;
};
type Key = SecretKey | PairKey;

const makePair = (spec: KeySpec): PairKey => {
  if (spec.spec === 'ECC_NIST_P256') {
    return { kind: 'pair', spec, algorithm: 'ECDSA_SHA_256', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
  }
  if (spec.spec === 'ECC_NIST_EDWARDS25519') {
    return { kind: 'pair', spec, algorithm: 'ED25519_SHA_512', ...generateKeyPairSync('ed25519') };
  }
  throw new Error(`the local KMS makes no keys of spec ${spec.spec}`);
};

const makeKey = (spec: KeySpec): Key =>
  spec.spec === 'SYMMETRIC_DEFAULT' ? { kind: 'secret', spec, bytes: randomBytes(32) } : makePair(spec);

/** The encryption context as bytes that do not depend on the order of its pairs; it is authenticated, not stored. */
const contextBytes = (input: JsonObject): Buffer => {
  const context = input['EncryptionContext'] ?? {};
  return Buffer.from(JSON.stringify(Object.entries(context).toSorted(([a], [b]) => (a < b ? -1 : 1))));
};

// A ciphertext names its key, as KMS's does: Decrypt needs no KeyId for a symmetric key.
const seal = (key: SecretKey, plaintext: Buffer, context: Buffer): string => {
  const nonce = randomBytes(12);
  const head = Buffer.from(key.spec.id.padEnd(36));
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce).setAAD(Buffer.concat([head, context]));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([head, nonce, cipher.getAuthTag(), body]).toString('base64');
};

const unseal = (key: SecretKey, blob: Buffer, context: Buffer): string => {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, blob.subarray(36, 48));
    decipher.setAAD(Buffer.concat([blob.subarray(0, 36), context])).setAuthTag(blob.subarray(48, 64));
    return Buffer.concat([decipher.update(blob.subarray(64)), decipher.final()]).toString('base64');
  } catch (cause) {
    if (cause instanceof Error) throw new AwsFault('InvalidCiphertextException', '');
    throw cause;
  }
};

const keyFinder = (keys: readonly Key[]) => {
  const names = new Map(
    keys.flatMap((key) => [key.spec.id, key.spec.arn, ...key.spec.aliases].map((name) => [name, key])),
  );
  return (name: string): Key => {
    const key = names.get(name) ?? names.get(name.slice(name.indexOf(':alias/') + 1));
    if (key === undefined) throw new AwsFault('NotFoundException', `Key '${name}' does not exist`);
    return key;
  };
};

const secretOf = (key: Key): SecretKey => {
  if (key.kind === 'secret') return key;
  throw new AwsFault('InvalidKeyUsageException', `${key.spec.arn} key usage is ${key.spec.usage}`);
};

const pairOf = (key: Key): PairKey => {
  if (key.kind === 'pair') return key;
  throw new AwsFault('InvalidKeyUsageException', `${key.spec.arn} key usage is ${key.spec.usage}`);
};

const messageOf = (key: PairKey, input: JsonObject): { readonly digest: boolean; readonly bytes: Buffer } => {
  if (stringOf(input, 'SigningAlgorithm') !== key.algorithm) {
    throw new AwsFault(
      'InvalidKeyUsageException',
      `Algorithm ${input['SigningAlgorithm']} is incompatible with key spec ${key.spec.spec}`,
    );
  }
  const bytes = blobOf(input, 'Message');
  const digest = input['MessageType'] === 'DIGEST';
  // KMS takes at most 4,096 bytes of RAW message and exactly one SHA-256 of DIGEST.
  if (digest ? bytes.length !== 32 : bytes.length < 1 || bytes.length > 4096) {
    throw new AwsFault(
      'ValidationException',
      `${digest ? 'Digest' : 'Message'} is invalid length for algorithm ${key.algorithm}`,
    );
  }
  return { digest, bytes };
};

const hashOf = (key: PairKey): string | null => (key.algorithm === 'ECDSA_SHA_256' ? 'sha256' : null);

const signWith = (key: PairKey, input: JsonObject): Buffer => {
  const { digest, bytes } = messageOf(key, input);
  return digest ? signDigest(bytes, key.privateKey) : sign(hashOf(key), bytes, key.privateKey);
};

const verifyWith = (key: PairKey, input: JsonObject): boolean => {
  const { digest, bytes } = messageOf(key, input);
  const signature = blobOf(input, 'Signature');
  return digest ? verifyDigest(bytes, key.privateKey, signature) : verify(hashOf(key), bytes, key.publicKey, signature);
};

const dataKeyLength = (input: JsonObject): number => {
  const count = input['NumberOfBytes'];
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= 1024) return count;
  if (input['KeySpec'] === 'AES_256') return 32;
  if (input['KeySpec'] === 'AES_128') return 16;
  throw new AwsFault('ValidationException', 'Please specify either number of bytes or key spec.');
};

const keyIdInside = (blob: Buffer): string => {
  if (blob.length < 64) throw new AwsFault('InvalidCiphertextException', '');
  return blob.subarray(0, 36).toString().trimEnd();
};

/**
 * The key that a request is about, as it names it: by id, ARN or alias, else by the ciphertext.
 * @throws AwsFault when it names none
 */
export const keyNamedBy = (input: JsonObject): string =>
  typeof input['KeyId'] === 'string' ? input['KeyId'] : keyIdInside(blobOf(input, 'CiphertextBlob'));

const encryptingKeyOf = (input: JsonObject, find: (name: string) => Key): SecretKey => {
  const inside = keyIdInside(blobOf(input, 'CiphertextBlob'));
  const named = input['KeyId'];
  if (typeof named === 'string' && find(named).spec.id !== inside) {
    throw new AwsFault(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    );
  }
  return secretOf(find(inside));
};

/** The operations of a KMS that holds fresh random keys for `specs`, made at `madeAt` (epoch milliseconds). */
export const makeKms = (specs: readonly KeySpec[], madeAt: number): AwsOperations => {
  const find = keyFinder(specs.map(makeKey));
  const named = (input: JsonObject): Key => find(stringOf(input, 'KeyId'));
  return {
    GetPublicKey: (input) => {
      const key = pairOf(named(input));
      const spki = key.publicKey.export({ type: 'spki', format: 'der' });
      return {
        KeyId: key.spec.arn,
        PublicKey: spki.toString('base64'),
        KeySpec: key.spec.spec,
        KeyUsage: key.spec.usage,
        SigningAlgorithms: [key.algorithm],
      };
    },
    DescribeKey: (input) => {
      const { arn, id, spec, usage } = named(input).spec;
      return {
        KeyMetadata: {
          Arn: arn,
          KeyId: id,
          KeySpec: spec,
          KeyUsage: usage,
          CreationDate: madeAt / 1000,
          Enabled: true,
        },
      };
    },
    Sign: (input) => {
      const key = pairOf(named(input));
      return {
        KeyId: key.spec.arn,
        Signature: signWith(key, input).toString('base64'),
        SigningAlgorithm: key.algorithm,
      };
    },
    Verify: (input) => {
      const key = pairOf(named(input));
      if (!verifyWith(key, input)) throw new AwsFault('KMSInvalidSignatureException', '');
      return { KeyId: key.spec.arn, SignatureValid: true, SigningAlgorithm: key.algorithm };
    },
    Encrypt: (input) => {
      const key = secretOf(named(input));
      const plaintext = blobOf(input, 'Plaintext');
      if (plaintext.length < 1 || plaintext.length > 4096)
        throw new AwsFault('ValidationException', 'Plaintext length');
      return { KeyId: key.spec.arn, CiphertextBlob: seal(key, plaintext, contextBytes(input)) };
    },
    Decrypt: (input) => {
      const key = encryptingKeyOf(input, find);
      return { KeyId: key.spec.arn, Plaintext: unseal(key, blobOf(input, 'CiphertextBlob'), contextBytes(input)) };
    },
    GenerateDataKey: (input) => {
      const key = secretOf(named(input));
      const plaintext = randomBytes(dataKeyLength(input));
      return {
        KeyId: key.spec.arn,
        Plaintext: plaintext.toString('base64'),
        CiphertextBlob: seal(key, plaintext, contextBytes(input)),
      };
    },
  };
};

/** The id a key has here: a UUID made from where the template declares it. */
export const keyIdFrom = (place: string): string => {
  const hex = createHash('sha256').update(place).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
};
